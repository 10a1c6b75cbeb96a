// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The life of a call as tables, and how long what names somebody is kept. Values in, verdict out.
package enum CallRules {
    /// Where a call is, from what is known of it. It does not matter in which order the exchange's events came.
    ///
    /// | closed | ended | answered | transferred | state |
    /// | --- | --- | --- | --- | --- |
    /// | yes | | | | closed |
    /// | no | no | no | | ringing |
    /// | no | no | yes | | answered |
    /// | no | yes | yes | | wrapping |
    /// | no | yes | no | yes | closed: the exchange passed it on by itself |
    /// | no | yes | no | no | abandoned |
    package static func state(isClosed: Bool, isEnded: Bool, isAnswered: Bool, isTransferred: Bool) -> Call.State {
        switch (isClosed, isEnded, isAnswered, isTransferred) {
        case (true, _, _, _): .closed
        case (false, false, let answered, _): answered ? .answered : .ringing
        case (false, true, true, _): .wrapping
        case (false, true, false, true): .closed
        case (false, true, false, false): .abandoned
        }
    }

    /// What staff may do to a call.
    package enum Act: String, Sendable, CaseIterable { case take, end, outcome, undo, close, reopen, caller, draft, look }

    package static func may(_ act: Act, in state: Call.State) -> Bool {
        switch act {
        case .take: state == .ringing
        case .end: state == .answered
        case .outcome, .draft, .caller: state == .answered || state == .wrapping
        case .look: state.isOpen
        case .undo: state == .answered || state == .wrapping || state == .closed
        case .close: state == .wrapping
        case .reopen: state == .closed
        }
    }

    /// A call with this signal added; times are the earliest that were said, so that the order of arrival does not matter.
    package static func with(_ signal: CallSignal, _ call: Call) -> Call {
        var call = call
        call.startedAt = min(call.startedAt, signal.at)
        switch signal.what {
        case .ringing: break
        case .answered: call.answeredAt = min(call.answeredAt ?? signal.at, signal.at)
        case .ended, .abandoned: call.endedAt = min(call.endedAt ?? signal.at, signal.at)
        case .transferred:
            call.endedAt = min(call.endedAt ?? signal.at, signal.at)
            call.isTransferred = true
        case .ready:
            call.closedAt = call.closedAt ?? signal.at
            // Whoever is ready again has hung up, whatever became of that event.
            call.endedAt = call.endedAt ?? signal.at
        }
        if call.line.isEmpty { call.line = signal.line }
        if call.agent.isEmpty || signal.what == .answered, !signal.agent.isEmpty { call.agent = signal.agent }
        return judged(call)
    }

    package static func judged(_ call: Call) -> Call {
        var call = call
        call.state = state(
            isClosed: call.closedAt != nil, isEnded: call.endedAt != nil, isAnswered: call.answeredAt != nil,
            isTransferred: call.isTransferred)
        return call
    }

    /// A number in clear, and a draft, of a call that nobody closed.
    package static let numberKept = Span.hours(24)
    /// A number on the list of those to call back.
    package static let callbackKept = Span.days(14)
    /// Who took the call, the caller's pseudonym, notes: thirteen months, so that a month can be set beside that of the year before.
    package static let callKept = Span.days(395)
    /// How far before and after now an exchange may say that something happened.
    package static let past = Span.days(394)
    package static let ahead = Span.minutes(5)
    package static let longestText = 1000

    /// What is wrong with what an exchange says; nil where nothing is.
    package static func fault(_ signal: CallSignal, at now: Instant) -> (field: String, message: Words)? {
        if !isName(signal.call, most: 200) { return ("call", Words("1 à 200 caractères imprimables.", "1 to 200 printable characters.")) }
        if signal.at > now + ahead { return ("at", Words("Plus de 5 minutes dans l'avenir.", "More than 5 minutes ahead.")) }
        if signal.at < now - past { return ("at", Words("Plus de 394 jours dans le passé.", "More than 394 days ago.")) }
        for (field, text) in [("line", signal.line), ("agent", signal.agent), ("to", signal.to), ("from", signal.from)]
        where !text.isEmpty && !isName(text, most: 64) {
            return (field, Words("64 caractères imprimables au plus.", "At most 64 printable characters."))
        }
        return nil
    }

    private static func isName(_ text: String, most: Int) -> Bool {
        (1...most).contains(text.unicodeScalars.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
