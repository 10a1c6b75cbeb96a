// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

// What the floor itself writes into the log: what the alarm book tells, and how orders end.

extension LogDraft {
    /// - Parameter name: the identity of an asset, '' where it has none any more.
    init(_ draft: AlarmLogDraft, name: (Asset.Number) -> String) {
        let subject = draft.asset.map(name) ?? ""
        let note = draft.note.isEmpty ? "" : " — " + draft.note
        self.init(
            author: draft.by.isEmpty ? "vigie" : draft.by, trade: "alarms",
            subject: subject.isEmpty ? "alarm:\(draft.target)" : "asset:\(subject)",
            text: Words(draft.text.french + note, draft.text.english + note),
            data: "{\"alarm\":\"\(draft.target)\",\"event\":\"\(draft.event.key)\"}",
            people: draft.event == .assigned ? [draft.note] : [])
    }

    /// An order reached another phase by itself: the room's own line, with the counts as they are.
    init?(_ order: OrderRecord, from before: OrderPhase?) {
        guard order.phase != before, order.phase == .standing || order.phase == .ended else { return nil }
        let counts = order.counts
        let french = order.end?.words.french ?? order.phase.words.french
        let english = order.end?.words.english ?? order.phase.words.english
        self.init(
            trade: order.trade, subject: "order:\(order.id)",
            text: Words(
                "Ordre \(order.id) : \(french). \(counts.french)", "Order \(order.id): \(english). \(counts.english)"))
    }
}

extension LedgerCounts {
    /// The statuses that occur, the most first: '340 confirmés, 2 sans réponse'.
    var french: String { list { $0.words.french } }
    var english: String { list { $0.words.english } }

    private func list(_ word: (LedgerStatus) -> String) -> String {
        LedgerStatus.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) × \(word($0).lowercased())" }.joined(separator: ", ")
    }
}
