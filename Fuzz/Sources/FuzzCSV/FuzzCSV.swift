// SPDX-License-Identifier: EUPL-1.2

import Inventory

/// A file that a city hands in: its letters, its separator, its records.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let text = try? FileText([UInt8](UnsafeBufferPointer(start: start, count: count))) else { return 0 }
    var reader = CSVReader(text.bytes, separator: CSVReader.separator(of: text.bytes))
    var fields: [String] = []
    var last = 0
    while (try? reader.next(into: &fields)) == true {
        precondition(reader.position > last && reader.position <= text.bytes.count)
        last = reader.position
    }
    return 0
}
