// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Town

@testable import Fieldbus

/// What gateways answer to orders.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var receipts: [Receipt] = []
    var refusals = RefusalCounts()
    ReceiptScanner.scan(
        UnsafeRawBufferPointer(start: start, count: count), directory: Town.directory, gateway: Town.gateway, into: &receipts,
        refusals: &refusals)
    return 0
}
