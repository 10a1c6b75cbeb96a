// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

@testable import Journal

/// A chunk of the historian as a damaged disk may give it back: the first two bytes are the count, the rest its bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count >= 2 else { return 0 }
    let rows = Int(start[0]) | Int(start[1]) << 8
    let bytes = [UInt8](UnsafeBufferPointer(start: start + 2, count: count - 2))
    var given = 0
    let isSound = Chunk(asset: 1, start: 1_795_284_245_000, finish: 0, count: rows, bytes: bytes).each { _, _, _ in given += 1 }
    precondition(given <= rows && isSound == (given == rows && rows > 0))
    return 0
}
