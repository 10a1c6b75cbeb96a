// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Watch

extension Reports {
    /// 'We know already: follow it?' for an asset that says by itself that it is out, without a report of one's own: the link follows the open
    /// report about it. Where only the asset has spoken, its word becomes that report, one for all who follow, and it ends by its reading.
    /// - Parameter key: as in `ReportDraft`: the same gives the same link.
    /// - Returns: the token of the link.
    /// - Throws: `ReportFault.refused` where the asset says nothing wrong, `.unknown` where the category is not shown to everybody.
    package func follow(asset: Asset.Number, category: String, key: String) async throws -> String {
        let tree = try await shelf.current()
        guard tree[category]?.visibility == .everybody else { throw ReportFault.unknown }
        if !ReportRules.isKey(key) {
            throw ReportFault.fields([
                .init("key", Words("Une clé de 16 à 80 lettres, chiffres, '-' ou '_'.", "A key of 16 to 80 letters, digits, '-' or '_'."))
            ])
        }
        let open = try await journal.read { try ReportStore.open(about: asset, in: $0) }
        if let known = open.first(where: { tree[$0.category]?.visibility == .everybody }) {
            return try await subscribe(to: known.number, key: key)
        }
        guard let view = await self.asset(asset), let trouble = Reports.trouble(view) else {
            throw ReportFault.refused(
                Words(
                    "Cet équipement ne signale plus de panne : faites un signalement.", "This asset reports no fault any more: report it."))
        }
        let since = trouble.since?.milliseconds ?? 0
        // Nobody outside can make this key: whoever follows is not the sender.
        let secret = try await journal.write {
            // What was reported and is over is not followed: the trouble goes on.
            let before = try ReportStore.lastEnded(about: asset, in: $0)?.value ?? 0
            return try ReportLinkStore.key(for: Array("trouble of \(asset.value) since \(since) after \(before)".utf8), in: $0)
        }
        let draft = ReportDraft(key: secret, category: category, asset: asset, channel: .alarm)
        return try await subscribe(to: try await create(draft).report.number, key: key)
    }
}
