// SPDX-License-Identifier: EUPL-1.2

/// A small decoder of vector tiles, written from the specification and not from the encoder.
struct DecodedTile {
    struct Feature {
        var id: UInt64 = 0
        var shape: UInt64 = 0
        var tags: [String: String] = [:]
        /// Each part is a point list; rings are closed by ClosePath.
        var parts: [[(x: Int, y: Int)]] = []
        var closed = 0
    }
    struct Layer {
        var name = ""
        var version: UInt64 = 0
        var extent: UInt64 = 4096
        var keys: [String] = []
        var values: [String] = []
        var features: [Feature] = []
    }
    var layers: [Layer] = []

    init(_ bytes: [UInt8]) throws {
        for field in try Self.fields(bytes) where field.number == 3 { layers.append(try Self.layer(field.bytes)) }
    }

    private static func layer(_ bytes: [UInt8]) throws -> Layer {
        var layer = Layer()
        let parts = try fields(bytes)
        for field in parts {
            switch field.number {
            case 1: layer.name = String(decoding: field.bytes, as: UTF8.self)
            case 3: layer.keys.append(String(decoding: field.bytes, as: UTF8.self))
            case 4: layer.values.append(try value(field.bytes))
            case 5: layer.extent = field.number64
            case 15: layer.version = field.number64
            default: break
            }
        }
        for field in parts where field.number == 2 { layer.features.append(try feature(field.bytes, layer)) }
        return layer
    }

    private static func value(_ bytes: [UInt8]) throws -> String {
        let field = try fields(bytes)[0]
        switch field.number {
        case 1: return String(decoding: field.bytes, as: UTF8.self)
        case 3: return "\(Double(bitPattern: field.number64))"
        case 6: return "\(unzigzag(field.number64))"
        case 7: return field.number64 == 1 ? "true" : "false"
        default: return "\(field.number64)"
        }
    }

    private static func feature(_ bytes: [UInt8], _ layer: Layer) throws -> Feature {
        var feature = Feature()
        for field in try fields(bytes) {
            switch field.number {
            case 1: feature.id = field.number64
            case 2:
                let tags = try varints(field.bytes)
                guard tags.count % 2 == 0 else { throw TileError.broken }
                for pair in stride(from: 0, to: tags.count, by: 2) {
                    feature.tags[layer.keys[Int(tags[pair])]] = layer.values[Int(tags[pair + 1])]
                }
            case 3: feature.shape = field.number64
            case 4: try geometry(varints(field.bytes), &feature)
            default: break
            }
        }
        return feature
    }

    private static func geometry(_ commands: [UInt64], _ feature: inout Feature) throws {
        var (index, x, y) = (0, 0, 0)
        while index < commands.count {
            let (command, count) = (commands[index] & 7, Int(commands[index] >> 3))
            index += 1
            if command == 7 {
                feature.closed += 1
                continue
            }
            for _ in 0..<count {
                guard index + 1 < commands.count else { throw TileError.broken }
                x += unzigzag(commands[index])
                y += unzigzag(commands[index + 1])
                index += 2
                if command == 1 { feature.parts.append([]) }
                feature.parts[feature.parts.count - 1].append((x, y))
            }
        }
    }

    static func unzigzag(_ value: UInt64) -> Int { Int(value >> 1) ^ -Int(value & 1) }

    static func varints(_ bytes: [UInt8]) throws -> [UInt64] {
        var (index, found) = (0, [UInt64]())
        while index < bytes.count { found.append(try varint(bytes, &index)) }
        return found
    }

    static func varint(_ bytes: [UInt8], _ index: inout Int) throws -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw TileError.broken
    }

    enum TileError: Error { case broken }

    struct Field {
        var number: Int
        var bytes: [UInt8]
        var number64: UInt64
    }

    private static func fields(_ bytes: [UInt8]) throws -> [Field] {
        var (index, fields) = (0, [Field]())
        while index < bytes.count {
            let key = try varint(bytes, &index)
            switch key & 7 {
            case 0: fields.append(Field(number: Int(key >> 3), bytes: [], number64: try varint(bytes, &index)))
            case 1:
                guard index + 8 <= bytes.count else { throw TileError.broken }
                let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
                fields.append(Field(number: Int(key >> 3), bytes: [], number64: value))
                index += 8
            case 2:
                let length = Int(try varint(bytes, &index))
                guard index + length <= bytes.count else { throw TileError.broken }
                fields.append(Field(number: Int(key >> 3), bytes: Array(bytes[index..<index + length]), number64: 0))
                index += length
            default: throw TileError.broken
            }
        }
        return fields
    }
}
