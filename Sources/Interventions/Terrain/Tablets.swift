// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// Why a tablet is not let in.
package enum CrewFault: Error, Sendable, Hashable {
    case unknownTablet
    case wrongCode
}

/// Tablets of crews: made by a code that the room gives, known by a token that only the tablet has, ended by the room.
extension Interventions {
    static let codeLife = Span.minutes(15)

    /// A code of eight digits that makes one tablet of a crew, within a quarter of an hour.
    /// - Throws: `JobFault` where there is no such crew, or the label is too long.
    package func makeCode(crew: String, label: String, by login: String) async throws -> String {
        let (plan, now) = (try await crews.current(), clock.now())
        guard let crew = plan[crew: crew] else { throw JobFault.field("crew", "Aucune équipe de ce nom.", "No crew of this name.") }
        guard label.unicodeScalars.count <= 60, !label.unicodeScalars.contains("\0") else {
            throw JobFault.field("label", "60 caractères au plus.", "At most 60 characters.")
        }
        var generator = SystemRandomNumberGenerator()
        let code = String((0..<8).map { _ in "0123456789".randomElement(using: &generator) ?? "0" })
        let entries = try await journal.write { transaction in
            try TerrainStore.addCode(Tokens.hash(code), crew.code, label, until: now + Interventions.codeLife, at: now, in: transaction)
            let draft = LogDraft(
                author: login, trade: "jobs",
                text: Words(
                    "Code d'appairage fait pour une tablette de « \(crew.title.french) »",
                    "Pairing code made for a tablet of '\(crew.title.english)'"))
            return try Logbook.append([draft], in: transaction, at: now)
        }
        outlet.tell([], entries)
        return code
    }

    /// - Returns: the token of the new tablet, said once.
    /// - Throws: `CrewFault.wrongCode` where the code is unknown, used or over.
    package func pair(code: String) async throws -> (token: String, device: CrewDevice) {
        let (now, token) = (clock.now(), Tokens.make())
        let digits = code.filter { "0123456789".contains($0) }
        guard digits.count == 8 else { throw CrewFault.wrongCode }
        let (device, entries) = try await journal.write { transaction -> (CrewDevice, [LogEntry]) in
            guard let (crew, label) = try TerrainStore.takeCode(Tokens.hash(digits), at: now, in: transaction) else {
                throw CrewFault.wrongCode
            }
            let number = try TerrainStore.addDevice(crew, label, token: Tokens.hash(token), at: now, in: transaction)
            let draft = LogDraft(
                author: JobBy.crew(crew).login ?? "", trade: "jobs",
                text: Words("Tablette \(number) appairée à l'équipe \(crew)", "Tablet \(number) paired with crew \(crew)"))
            let device = CrewDevice(number: number, crew: crew, label: label, pairedAt: now, seenAt: now)
            return (device, try Logbook.append([draft], in: transaction, at: now))
        }
        outlet.tell([], entries)
        return (token, device)
    }

    /// The tablet that has this token; nil where none has it or it was revoked.
    package func device(token: String) async throws -> CrewDevice? {
        guard token.utf8.count <= 100, token.utf8.count >= 20 else { return nil }
        return try await journal.read { try TerrainStore.device(token: Tokens.hash(token), in: $0) }
    }

    /// Nothing more is taken from it, nor told to it.
    package func revoke(_ number: Int64, by login: String) async throws {
        let now = clock.now()
        let entries = try await journal.write { transaction -> [LogEntry] in
            guard try TerrainStore.revoke(number, at: now, in: transaction) else { throw JobFault.unknown }
            let draft = LogDraft(
                author: login, trade: "jobs",
                text: Words("Tablette \(number) retirée", "Tablet \(number) revoked"))
            return try Logbook.append([draft], in: transaction, at: now)
        }
        outlet.tell([], entries)
    }
}
