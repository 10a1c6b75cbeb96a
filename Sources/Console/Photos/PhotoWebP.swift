// SPDX-License-Identifier: EUPL-1.2

/// WebP (RFC 9649): the image data and the transparency are copied into a new container; EXIF, XMP, profiles and unknown chunks are left out.
enum PhotoWebP {
    static func clean(_ bytes: [UInt8]) throws -> CleanPhoto {
        var reader = PhotoReader(bytes[4...], .webp)
        let length = try reader.little(4)
        guard length >= 4, length <= reader.left else { throw PhotoFault.malformed(.webp, "it is shorter than it says") }
        // What hangs on behind is not looked at.
        reader = PhotoReader(try reader.take(length).dropFirst(4), .webp)
        var (image, alpha): ((name: String, data: ArraySlice<UInt8>)?, ArraySlice<UInt8>?)
        var canvas: (width: Int, height: Int)?
        var isFirst = true
        while reader.left > 0 {
            let name = String(decoding: try reader.take(4), as: UTF8.self)
            let size = try reader.little(4)
            let data = try reader.take(size)
            if size % 2 == 1 { _ = try reader.take(1) }
            switch name {
            case "VP8X":
                guard isFirst, size == 10 else { throw PhotoFault.malformed(.webp, "its header") }
                guard data[data.startIndex] & 0x02 == 0 else { throw PhotoFault.unsupported(.webp, "an animation") }
                var head = PhotoReader(data.dropFirst(4), .webp)
                canvas = (try head.little(3) + 1, try head.little(3) + 1)
            case "ANIM", "ANMF": throw PhotoFault.unsupported(.webp, "an animation")
            case "ALPH":
                guard alpha == nil, image == nil, canvas != nil, size > 1 else { throw PhotoFault.malformed(.webp, "its transparency") }
                alpha = data
            case "VP8 ", "VP8L":
                guard image == nil else { throw PhotoFault.malformed(.webp, "two pictures") }
                image = (name, data)
            default: break
            }
            isFirst = false
        }
        guard let image else { throw PhotoFault.malformed(.webp, "it has no picture") }
        let (width, height) = try image.name == "VP8L" ? lossless(image.data) : lossy(image.data)
        if let canvas, canvas != (width, height) { throw PhotoFault.malformed(.webp, "two sizes") }
        guard alpha == nil || image.name == "VP8 " else { throw PhotoFault.malformed(.webp, "its transparency") }
        try PhotoRules.checkSize(.webp, width: width, height: height)
        return CleanPhoto(type: .webp, width: width, height: height, bytes: write(image, alpha, width, height))
    }

    private static func lossy(_ data: ArraySlice<UInt8>) throws -> (Int, Int) {
        var reader = PhotoReader(data, .webp)
        let tag = try reader.little(3)
        guard tag & 1 == 0, try reader.take(3).elementsEqual([0x9D, 0x01, 0x2A]) else { throw PhotoFault.malformed(.webp, "no key frame") }
        let size = (try reader.little(2) & 0x3FFF, try reader.little(2) & 0x3FFF)
        guard tag >> 5 <= reader.left else { throw PhotoFault.malformed(.webp, "it ends within the picture") }
        return size
    }

    private static func lossless(_ data: ArraySlice<UInt8>) throws -> (Int, Int) {
        var reader = PhotoReader(data, .webp)
        guard try reader.byte() == 0x2F else { throw PhotoFault.malformed(.webp, "no lossless picture") }
        let bits = try reader.little(4)
        guard bits >> 29 == 0, reader.left > 0 else { throw PhotoFault.malformed(.webp, "a lossless picture of another version") }
        return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    }

    private static func write(
        _ image: (name: String, data: ArraySlice<UInt8>), _ alpha: ArraySlice<UInt8>?, _ width: Int, _ height: Int
    ) -> [UInt8] {
        var body = Array("WEBP".utf8)
        if let alpha {
            append("VP8X", [0x10, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3), to: &body)
            append("ALPH", alpha, to: &body)
        }
        append(image.name, image.data, to: &body)
        return Array("RIFF".utf8) + little(body.count, 4) + body
    }

    private static func append(_ name: String, _ data: some Collection<UInt8>, to body: inout [UInt8]) {
        body += Array(name.utf8) + little(data.count, 4)
        body += data
        if data.count % 2 == 1 { body.append(0) }
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
