// SPDX-License-Identifier: EUPL-1.2

@testable import Post

/// Whatever a client sends to the door for mail: cut in two anywhere it says the same, and no mail is larger than allowed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let cut = bytes.first.map { Int($0) * count / 256 } ?? 0
    let whole = run([bytes[...]]), parts = run([bytes[..<cut], bytes[cut...]])
    precondition(whole == parts)
    return 0
}

private func run(_ pieces: [ArraySlice<UInt8>]) -> [SMTPSession.Step] {
    var session = SMTPSession(limits: SMTPLimits(name: "x", size: 300), offersTLS: false, accepts: { $0.hasPrefix("a") })
    var steps: [SMTPSession.Step] = []
    for piece in pieces {
        session.take(piece)
        while true {
            while let step = session.next() {
                if case .deliver(_, let mail) = step { precondition(mail.count <= 300) }
                steps.append(step)
            }
            guard session.isWaiting else { break }
            steps.append(session.answered("250 kept"))
        }
    }
    return steps
}
