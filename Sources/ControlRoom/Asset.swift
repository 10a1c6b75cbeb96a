// SPDX-License-Identifier: EUPL-1.2

/// Anything that stands in public space and is watched: a lamp, a cabinet, a gateway, a junction.
package enum Asset {
    /// The identity that the city gives (written on the pole): 1 to 64 of `A–Z a–z 0–9 . _ : -`. It never changes.
    package struct ID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
        package let text: String

        /// Nil where the text is not an identity.
        package init?(_ text: String) {
            let bytes = text.utf8
            guard (1...64).contains(bytes.count), bytes.allSatisfy(Asset.ID.allows) else { return nil }
            self.text = text
        }

        package static func allows(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"):
                true
            default: false
            }
        }

        package static func < (a: ID, b: ID) -> Bool { a.text < b.text }
        package var description: String { text }
        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let id = ID(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an asset identity")
            }
            self = id
        }
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    /// The number of an asset inside this installation: dense from 0, given at first import, kept for ever, never reused.
    /// It is the row of every column of state, the feature id on the map and the key of every table.
    @frozen
    package struct Number: Hashable, Sendable, Codable, Comparable {
        package let value: UInt32
        @inlinable package init(_ value: UInt32) { self.value = value }
        @inlinable package init(_ value: Int) { self.value = UInt32(value) }
        @inlinable package var index: Int { Int(value) }
        @inlinable package static func < (a: Number, b: Number) -> Bool { a.value < b.value }
        /// No asset: 'has no parent'.
        package static let none = Number(UInt32.max)
        package init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(UInt32.self) }
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    /// What sort of thing it is: `lamp`, `cabinet`, `feeder`, `gateway`. A desk declares its kinds as `Kind`s.
    package struct KindName: Hashable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
        package let text: String
        package init(_ text: String) { self.text = text }
        package init(stringLiteral text: String) { self.text = text }
        package var description: String { text }
        package init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }
}

/// A text in the two languages of the interface.
package struct Words: Hashable, Sendable, Codable {
    package var french: String
    package var english: String
    package init(_ french: String, _ english: String) { (self.french, self.english) = (french, english) }
    package func callAsFunction(_ language: Language) -> String { language == .french ? french : english }
}

package enum Language: String, Sendable, Codable, CaseIterable { case french = "fr", english = "en" }

/// A commune by its INSEE code ('21231' is Dijon), or '' where an asset lies outside all areas.
package struct Commune: Hashable, Sendable, Codable {
    package var insee: String
    package init(insee: String) { self.insee = insee }
    package static let outside = Commune(insee: "")
}
