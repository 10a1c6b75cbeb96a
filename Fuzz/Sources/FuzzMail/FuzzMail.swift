// SPDX-License-Identifier: EUPL-1.2

import Post

/// A mail as a stranger's server hands it over: its heads, its parts, its texts, what of them is quoted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let mail = try? MailMessage(bytes, sender: "a@example.org", mark: "m@example.org") else { return 0 }
    precondition(!mail.text.unicodeScalars.contains("\0") && !mail.subject.contains("\n"))
    precondition(MailQuotes.cut(mail.text).utf8.count <= mail.text.utf8.count && mail.references.count <= 100)
    if let from = mail.from { precondition(MailAddress.isAddress(from.address)) }
    return 0
}
