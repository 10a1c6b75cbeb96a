// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What is published if the text is released: what tells of persons is marked and masked, unless a person lets it stand.
struct ReleasePart {
    var report: Report

    /// Each mention once, in the order of the texts.
    private var found: [PersonalText.Piece] {
        var seen: Set<String> = []
        return (PersonalText.pieces(report.description) + PersonalText.pieces(report.address)).filter {
            $0.sort != nil && seen.insert($0.text).inserted
        }
    }

    var html: HTML {
        HTML.of {
            for text in [report.description, report.address] where !text.isEmpty { ReleasePart.marked(text) }
            if found.isEmpty {
                p(.class("field-hint")) {
                    Words(
                        "Rien n'y ressemble à une donnée personnelle. Relisez tout de même : un nom écrit seul ne se reconnaît pas.",
                        "Nothing in it looks like personal data. Read it all the same: a name on its own is not recognised.")
                }
            } else {
                fieldset(.class("field")) {
                    legend {
                        Words(
                            "Ce qui est marqué sera masqué. À laisser quand même :",
                            "What is marked will be masked. To let stand all the same:")
                    }
                    for piece in found {
                        Tick("release-show", ReleasePart.words(piece), value: piece.text)
                    }
                }
            }
        }
    }

    private static func words(_ piece: PersonalText.Piece) -> Words {
        let sort = piece.sort?.title ?? Words("", "")
        return Words("« \(piece.text) » (\(sort.french))", "'\(piece.text)' (\(sort.english))")
    }

    /// A text with its mentions marked; each says what it is taken for to a pointer at rest and to a screen reader.
    static func marked(_ text: String) -> HTML {
        p(.class("said")) {
            for piece in PersonalText.pieces(text) {
                if let sort = piece.sort {
                    custom("mark", .class("personal"), .named("title", sort.title)) {
                        piece.text
                        span(.class("sr-only")) { Words(" (\(sort.title.french))", " (\(sort.title.english))") }
                    }
                } else {
                    piece.text
                }
            }
        }
    }
}
