// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How often something is tried again, and when it is given up.
package enum OutboxRules {
    /// A mail is tried for four days, as RFC 5321 §4.5.4.1 asks; a push message says what was yesterday.
    static let mailLife = Span.days(4)
    static let pushLife = Span.days(1)
    /// How long the administrator can see what could not be sent.
    static let failureKept = Span.days(30)

    /// After so many tries.
    package static func pause(after tries: Int) -> Span {
        let minutes: [Int64] = [1, 5, 15, 30, 60, 120]
        return tries <= minutes.count ? .minutes(minutes[max(0, tries - 1)]) : .hours(4)
    }
}
