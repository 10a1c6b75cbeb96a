// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// A question of a category as a field of a form.
struct QuestionPart {
    var question: Question
    var name: String
    var value: String
    var error: Words?

    var html: HTML {
        switch question.sort {
        case .text: return Field(name, question.title, value: value, error: error, isRequired: question.isRequired).html
        case .number: return Field(name, question.title, type: "number", value: value, error: error, isRequired: question.isRequired).html
        case .choice:
            let none: [(value: String, title: Words)] = question.isRequired && !value.isEmpty ? [] : [("", Words("—", "—"))]
            return Choice(name, question.title, none + question.choices.map { ($0.key, $0.title) }, value: value, error: error).html
        case .flag:
            return Choice(
                name, question.title, [("", Words("—", "—")), ("yes", Words("oui", "yes")), ("no", Words("non", "no"))], value: value,
                error: error
            ).html
        }
    }
}
