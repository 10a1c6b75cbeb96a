// SPDX-License-Identifier: EUPL-1.2

/// The value of one attribute of an asset.
package enum AttributeValue: Sendable, Hashable {
    case text(String)
    case number(Double)
    case flag(Bool)

    /// As people and files write it: `LED`, `38.5`, `true`.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): JSON.write(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }

    var json: JSON {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        case .flag(let flag): .flag(flag)
        }
    }
}

/// The attributes of an asset by key. It holds their JSON and reads it only when asked: loading a million assets
/// costs no parsing. Two lists are equal where their JSON is, which is written with sorted keys.
package struct AttributeList: Sendable, Hashable {
    /// A JSON object with sorted keys, or '' for none.
    package let json: String

    package init() { json = "" }

    /// From the text of the column `attributes`, which this type wrote.
    package init(json: String) { self.json = json == "{}" ? "" : json }

    package init(_ values: [String: AttributeValue]) {
        json = values.isEmpty ? "" : JSON.object(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }).description
    }

    package var isEmpty: Bool { json.isEmpty }

    /// Sorted by key. Empty where the text is not what this type writes.
    package var pairs: [(key: String, value: AttributeValue)] {
        guard !json.isEmpty, case .object(let members)? = try? JSON(json) else { return [] }
        return members.compactMap { key, value in
            switch value {
            case .text(let text): (key, .text(text))
            case .number(let number): (key, .number(number))
            case .flag(let flag): (key, .flag(flag))
            case .null, .list, .object: nil
            }
        }
    }

    package var values: [String: AttributeValue] { Dictionary(pairs.map { ($0.key, $0.value) }) { _, last in last } }

    package subscript(_ key: String) -> AttributeValue? { json.isEmpty ? nil : pairs.first { $0.key == key }?.value }
}
