// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Crypto
import Foundation
import NIOCore

/// An order as a program sends it: the fields of the order panel under the same names, as JSON. Strict: an unknown member or another type
/// is refused with its name.
struct OrderBody: Decodable {
    var fields = OrderFields()

    /// Bytes of one request.
    static let limit = 1 << 20
    /// Assets named one by one.
    static let most = 50_000

    private enum Key: String, CodingKey, CaseIterable { case scope, which, command, level, `for`, authority, reason }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where Key(rawValue: key.stringValue) == nil {
            let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refused.fields([.init(key.stringValue, Words("Membre inconnu ; connus : \(known).", "Unknown member; known: \(known)."))])
        }
        let members = try decoder.container(keyedBy: Key.self)
        fields.scope = try members.decodeIfPresent(String.self, forKey: .scope) ?? fields.scope
        fields.command = try members.decode(String.self, forKey: .command)
        fields.level = try members.decodeIfPresent(Int.self, forKey: .level).map(String.init) ?? ""
        fields.minutes = try members.decodeIfPresent(Int.self, forKey: .for).map(String.init) ?? ""
        fields.authority = try members.decodeIfPresent(String.self, forKey: .authority) ?? fields.authority
        fields.reason = try members.decode(String.self, forKey: .reason)
        let which = try members.decode([String].self, forKey: .which)
        guard which.count <= OrderBody.most, which.allSatisfy({ Asset.ID($0) != nil }) else {
            throw Refused.fields([
                .init("which", Words("Jusqu'à \(OrderBody.most) identités.", "At most \(OrderBody.most) identities."))
            ])
        }
        fields.which = which.joined(separator: " ")
    }

    static func read(_ buffer: ByteBuffer) throws -> OrderBody {
        do {
            return try JSONDecoder().decode(OrderBody.self, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw refusal(error)
        }
    }

    /// What was asked, whatever the order of members and the blanks between them.
    var digest: [UInt8] {
        var text = "vigie-order-1\n"
        for (name, value) in fields.pairs { text += "\(name) \(value.utf8.count):\(value)\n" }
        return Array(SHA256.hash(data: Array(text.utf8)))
    }

    private static func refusal(_ error: DecodingError) -> Refused {
        let (path, context): ([any CodingKey], DecodingError.Context) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context.codingPath, context)
            case .keyNotFound(let key, let context): (context.codingPath + [key], context)
            @unknown default: ([], .init(codingPath: [], debugDescription: ""))
            }
        guard let field = path.first?.stringValue else {
            return Refused.badRequest(
                Words(
                    "Le corps n'est pas un objet JSON : \(context.debugDescription)",
                    "The body is not a JSON object: \(context.debugDescription)"))
        }
        return Refused.fields([.init(field, Words("Manque, ou d'un autre type.", "Missing, or of another type."))])
    }

    static let schema = Schema.object(
        [
            ("scope", .string(values: ["assets", "supply", "gateway", "area", "group"])),
            ("which", .array(.string(length: 1...64), limit: most)), ("command", .string(values: ["on", "off", "level", "programme"])),
            ("level", .integer(0...100)), ("for", .integer(1...10_080)),
            ("authority", .string(values: ["operator", "incident", "safety"])),
            ("reason", .string(length: 1...500)),
        ], required: ["which", "command", "reason"])
}
