// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Fieldbus
import Town

/// JSON readings through all three doors: from a gateway's topic, as one document, and as lines. Whatever is taken must lie within
/// the ranges that its kind allows.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    var scanner = ReadingScanner()
    var batch = ReadingBatch()
    var refusals = RefusalCounts()
    let taken = scanner.scan(bytes, directory: Town.directory, gateway: Town.gateway, into: &batch, refusals: &refusals)
    precondition(taken == batch.count)
    _ = scanner.scanDocument(bytes, directory: Town.directory, gateway: nil, into: &batch, refusals: &refusals)
    _ = scanner.scanLines(bytes, directory: Town.directory, gateway: nil, into: &batch, refusals: &refusals)
    return 0
}
