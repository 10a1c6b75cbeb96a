// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The daily end of personal data: what is past its day goes, and the log tells what and how much, in the same transaction.
package enum Destruction {
    /// - Parameters:
    ///   - photoDays: how long photos are kept.
    ///   - nameMonths: how long names in the log are kept after their year.
    /// - Returns: the entry that tells of it; nil where nothing was due.
    @discardableResult
    package static func run(photoDays: Int64, nameMonths: Int, at now: Instant, in transaction: Transaction) throws -> LogEntry? {
        try PhotoStore.keep(days: photoDays, in: transaction)
        try LogNames.keep(months: nameMonths, in: transaction)
        let rows = try transaction.wiping { try AccountStore.destroy(at: now, in: transaction) }
        let names = try LogNames.destroy(at: now, in: transaction)
        let parts =
            rows.map { Words("\(Destruction.title($0.table).french) : \($0.count)", "\(Destruction.title($0.table).english): \($0.count)") }
            + names.map { Words("noms de la main courante de \($0.year) : \($0.count)", "names in the log of \($0.year): \($0.count)") }
        guard !parts.isEmpty else { return nil }
        let text = Words(
            "Données personnelles détruites à leur échéance. " + parts.map(\.french).joined(separator: ", ") + ".",
            "Personal data destroyed at its end. " + parts.map(\.english).joined(separator: ", ") + ".")
        return try Logbook.append([LogDraft(trade: "accounts", text: text)], in: transaction, at: now).first
    }

    private static func title(_ table: String) -> Words {
        switch table {
        case "account_session": Words("sessions", "sessions")
        case "account_attempt": Words("essais de connexion", "sign-in attempts")
        case "account_key": Words("clés", "keys")
        case "asset_note": Words("notes", "notes")
        case "asset_photo": Words("photos", "photos")
        case "account": Words("comptes fermés", "closed accounts")
        default: Words(table, table)
        }
    }
}
