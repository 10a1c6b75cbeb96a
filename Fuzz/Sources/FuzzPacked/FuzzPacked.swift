// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Fieldbus
import Town

/// Packed readings. The head is set right for most inputs: the fuzzer is to spend its time behind it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if count >= 4, bytes[0] < 0xF0 { bytes.replaceSubrange(0..<4, with: [0x56, 0x50, 1, 0]) }
    var batch = ReadingBatch()
    var refusals = RefusalCounts()
    let taken = bytes.withUnsafeBytes {
        PackedReadings.scan($0, directory: Town.directory, gateway: Town.gateway, into: &batch, refusals: &refusals)
    }
    precondition(taken == batch.count)
    return 0
}
