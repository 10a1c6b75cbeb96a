// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension CategoryTree {
    /// What another house's catalogue, or a subject line, calls a category: the open one whose longest word or phrase stands in the first
    /// of the texts that names any. From the particular to the general: `named(["Épave de vélo", "Autos, motos, vélos"])`.
    package func named(_ texts: [String], byStaff: Bool = true) -> Category? {
        let candidates = open(toStaff: byStaff).map { ($0, $0.words.map { ReportFields.folded([$0]) }) }
        for text in texts {
            let folded = ReportFields.folded([text])
            var best: (length: Int, category: Category)?
            for (category, words) in candidates {
                for word in words where word.utf8.count > max(2, best?.length ?? 0) && folded.contains(word) {
                    best = (word.utf8.count, category)
                }
            }
            if let best { return best.category }
        }
        return nil
    }
}
