// SPDX-License-Identifier: EUPL-1.2

/// JPEG (ITU-T T.81): baseline, extended and progressive, Huffman-coded, 8 bits, grey or three colours. Tables, frame and scans are copied;
/// application and comment segments are left out.
enum PhotoJPEG {
    static func clean(_ bytes: [UInt8]) throws -> CleanPhoto {
        var reader = PhotoReader(bytes[2...], .jpeg)
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count)
        var frame: Frame?
        var orientation = 1
        var scans = 0
        while true {
            let marker = try marker(&reader)
            switch marker {
            case 0xD9:
                guard let frame, scans > 0 else { throw PhotoFault.malformed(.jpeg, "it has no picture") }
                return CleanPhoto(
                    type: .jpeg, width: frame.width, height: frame.height,
                    bytes: [0xFF, 0xD8] + exif(orientation) + body + [0xFF, 0xD9], orientation: orientation)
            case 0xE0...0xEF, 0xFE:
                let segment = try segment(&reader)
                if marker == 0xE1, orientation == 1 { orientation = PhotoJPEG.orientation(segment) }
                // Adobe's segment says how the colours are coded; without it they would be shown wrong.
                if marker == 0xEE, segment.count == 12, segment.starts(with: Array("Adobe".utf8)) { append(marker, segment, to: &body) }
            case 0xC0, 0xC1, 0xC2:
                let segment = try segment(&reader)
                guard frame == nil else { throw PhotoFault.malformed(.jpeg, "it has two frames") }
                frame = try Frame(segment)
                append(marker, segment, to: &body)
            case 0xC4:
                let segment = try segment(&reader)
                try checkHuffman(segment)
                append(marker, segment, to: &body)
            case 0xDB:
                let segment = try segment(&reader)
                try checkQuantisation(segment)
                append(marker, segment, to: &body)
            case 0xDD:
                let segment = try segment(&reader)
                guard segment.count == 2 else { throw PhotoFault.malformed(.jpeg, "a restart interval of \(segment.count) bytes") }
                append(marker, segment, to: &body)
            case 0xDA:
                let segment = try segment(&reader)
                guard let frame else { throw PhotoFault.malformed(.jpeg, "a scan before the frame") }
                try checkScan(segment, frame)
                append(marker, segment, to: &body)
                body += try entropy(&reader)
                scans += 1
                // A progressive picture has some ten scans; thousands of them make a decoder work for nothing.
                guard scans <= 100 else { throw PhotoFault.unsupported(.jpeg, "more than 100 scans") }
            case 0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xCC:
                throw PhotoFault.unsupported(.jpeg, "lossless, hierarchical or arithmetic coding")
            default: throw PhotoFault.malformed(.jpeg, "marker \(String(marker, radix: 16)) where none may stand")
            }
        }
    }

    private struct Frame {
        var width: Int
        var height: Int
        var components: Set<UInt8>

        init(_ segment: ArraySlice<UInt8>) throws {
            var reader = PhotoReader(segment, .jpeg)
            let precision = try reader.byte()
            (height, width) = (try reader.big(2), try reader.big(2))
            let count = Int(try reader.byte())
            guard precision == 8 else { throw PhotoFault.unsupported(.jpeg, "\(precision) bits a sample") }
            guard count == 1 || count == 3 else { throw PhotoFault.unsupported(.jpeg, "\(count) colour components") }
            guard reader.left == 3 * count else { throw PhotoFault.malformed(.jpeg, "a frame of another length than it says") }
            try PhotoRules.checkSize(.jpeg, width: width, height: height)
            components = []
            for _ in 0..<count {
                let (id, sampling, table) = (try reader.byte(), try reader.byte(), try reader.byte())
                guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 15), table < 4 else {
                    throw PhotoFault.malformed(.jpeg, "a component's sampling")
                }
                components.insert(id)
            }
            guard components.count == count else { throw PhotoFault.malformed(.jpeg, "two components of one name") }
        }
    }

    private static func marker(_ reader: inout PhotoReader) throws -> UInt8 {
        guard try reader.byte() == 0xFF else { throw PhotoFault.malformed(.jpeg, "no marker where one must stand") }
        var code = try reader.byte()
        while code == 0xFF { code = try reader.byte() }
        return code
    }

    private static func segment(_ reader: inout PhotoReader) throws -> ArraySlice<UInt8> {
        let length = try reader.big(2)
        guard length >= 2 else { throw PhotoFault.malformed(.jpeg, "a segment of length \(length)") }
        return try reader.take(length - 2)
    }

    /// Coded data up to the next marker that is not a restart; `FF 00` is a byte of the data.
    private static func entropy(_ reader: inout PhotoReader) throws -> ArraySlice<UInt8> {
        let start = reader.at
        let bytes = reader.bytes
        var at = start
        while at + 1 < bytes.endIndex {
            guard let next = bytes[at...].firstIndex(of: 0xFF), next + 1 < bytes.endIndex else { break }
            let code = bytes[next + 1]
            if code == 0 || (0xD0...0xD7).contains(code) {
                at = next + 2
            } else if code == 0xFF {
                at = next + 1
            } else {
                return try reader.take(next - start)
            }
        }
        throw PhotoFault.malformed(.jpeg, "it ends within the picture")
    }

    private static func checkHuffman(_ segment: ArraySlice<UInt8>) throws {
        var reader = PhotoReader(segment, .jpeg)
        while reader.left > 0 {
            let head = try reader.byte()
            guard head >> 4 <= 1, head & 15 <= 3 else { throw PhotoFault.malformed(.jpeg, "a Huffman table's name") }
            let count = try reader.take(16).reduce(0) { $0 + Int($1) }
            guard count <= 256 else { throw PhotoFault.malformed(.jpeg, "a Huffman table of \(count) codes") }
            _ = try reader.take(count)
        }
    }

    private static func checkQuantisation(_ segment: ArraySlice<UInt8>) throws {
        var reader = PhotoReader(segment, .jpeg)
        while reader.left > 0 {
            let head = try reader.byte()
            guard head >> 4 <= 1, head & 15 <= 3 else { throw PhotoFault.malformed(.jpeg, "a quantisation table's name") }
            _ = try reader.take(head >> 4 == 0 ? 64 : 128)
        }
    }

    private static func checkScan(_ segment: ArraySlice<UInt8>, _ frame: Frame) throws {
        var reader = PhotoReader(segment, .jpeg)
        let count = Int(try reader.byte())
        guard (1...frame.components.count).contains(count), reader.left == 2 * count + 3 else {
            throw PhotoFault.malformed(.jpeg, "a scan of another length than it says")
        }
        for _ in 0..<count {
            guard frame.components.contains(try reader.byte()) else { throw PhotoFault.malformed(.jpeg, "a scan of an unknown component") }
            _ = try reader.byte()
        }
    }

    private static func append(_ marker: UInt8, _ segment: ArraySlice<UInt8>, to body: inout [UInt8]) {
        let length = segment.count + 2
        body += [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)]
        body += segment
    }

    /// EXIF tag 0x0112 of the first directory, 1…8; 1 where there is none that can be read.
    static func orientation(_ segment: ArraySlice<UInt8>) -> Int {
        guard segment.starts(with: Array("Exif\0\0".utf8)) else { return 1 }
        let tiff = Array(segment.dropFirst(6))
        guard tiff.count >= 8 else { return 1 }
        let isBig = tiff.starts(with: Array("MM".utf8))
        guard isBig || tiff.starts(with: Array("II".utf8)) else { return 1 }
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at <= tiff.count - count else { return nil }
            let slice = tiff[at..<(at + count)]
            return (isBig ? Array(slice) : slice.reversed()).reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2) else { return 1 }
        for entry in 0..<min(entries, 512) {
            let at = directory + 2 + 12 * entry
            guard number(at, 2) == 0x0112, number(at + 2, 2) == 3, number(at + 4, 4) == 1, let value = number(at + 8, 2) else { continue }
            return (1...8).contains(value) ? value : 1
        }
        return 1
    }

    /// The orientation alone, as an EXIF segment of our own; nothing where it is the usual one.
    private static func exif(_ orientation: Int) -> [UInt8] {
        guard orientation != 1 else { return [] }
        let tiff: [UInt8] =
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
        let content = Array("Exif\0\0".utf8) + tiff
        return [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
    }
}
