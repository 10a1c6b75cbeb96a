// SPDX-License-Identifier: EUPL-1.2

import Fieldbus

/// The first byte chooses the version, the rest is what a connection reads: frame after frame, as `Wire` takes them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let version = start[0] & 1 == 0 ? MQTTVersion.v3 : .v5
    var rest = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    do {
        while let frame = try MQTTFrame.next(in: rest, maximum: 65_536), frame.count <= rest.count {
            let body = UnsafeRawBufferPointer(rebasing: rest[frame.headerCount..<frame.count])
            if MQTTPacketType(rawValue: frame.first >> 4) == .publish {
                try MQTTPublish(first: frame.first, body: body, version: version).checkTopic()
            } else {
                _ = try MQTTDecoder.packet(first: frame.first, body: body, version: version)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[frame.count...])
        }
    } catch {}
    return 0
}
