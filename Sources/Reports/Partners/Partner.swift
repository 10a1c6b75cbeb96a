// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Another house that takes reports by Open311 GeoReport v2: a body outside the city, or a department with a system of its own.
package struct Partner: Sendable, Hashable {
    /// As a report names who is in charge: a department, or `@` and the code of a body.
    package var code: String
    /// Of its GeoReport v2, without a slash at the end: `https://other.example/open311/v2`.
    package var url: String
    /// '' where it asks for none.
    package var jurisdiction: String
    /// Is a key kept? The key itself is read only by whoever sends.
    package var hasKey: Bool
    /// Does what is routed there go by itself?
    package var isAutomatic: Bool
    package var format: Open311Format
    /// Does it take the same request twice as one, by `Idempotency-Key`?
    package var isKeyed: Bool
    /// Does it offer `servicerequestupdates`?
    package var hasUpdates: Bool
    package var services: [PartnerOffer]
    /// Its service by our category.
    package var mapping: [String: String]
    /// Nil until somebody has checked it.
    package var checkedAt: Instant?
    /// What the last check found wrong; '' for nothing.
    package var trouble: String
    /// Up to when its updates were asked for.
    package var heardAt: Instant?

    package init(code: String, url: String, jurisdiction: String = "", isAutomatic: Bool = false) {
        (self.code, self.url, self.jurisdiction, self.isAutomatic) = (code, url, jurisdiction, isAutomatic)
        (hasKey, format, isKeyed, hasUpdates, services, mapping) = (false, .json, false, false, [], [:])
        (checkedAt, trouble, heardAt) = (nil, "", nil)
    }

    package static func code(ofBody code: String) -> String { "@" + code }

    package func service(for category: String) -> PartnerOffer? {
        mapping[category].flatMap { wanted in services.first { $0.code == wanted } }
    }
}

/// What a check of a partner found.
package struct PartnerFinding: Sendable, Hashable {
    /// Nil where it did not answer to the end: then what was known before still holds.
    package var offer: Offer?
    package var checkedAt: Instant
    package var trouble: String

    package struct Offer: Sendable, Hashable {
        package var format: Open311Format
        package var isKeyed: Bool
        package var hasUpdates: Bool
        package var services: [PartnerOffer]
    }

    /// Puts it into the partner as it is kept now: what somebody else has set meanwhile stays.
    package func note(in partner: inout Partner) {
        if let offer {
            (partner.format, partner.isKeyed, partner.hasUpdates) = (offer.format, offer.isKeyed, offer.hasUpdates)
            partner.services = offer.services
        }
        (partner.checkedAt, partner.trouble) = (checkedAt, trouble)
    }
}

/// One kind of thing that a partner takes.
package struct PartnerOffer: Sendable, Hashable, Codable {
    package struct Attribute: Sendable, Hashable, Codable {
        package var code: String
        package var title: String
        package var isRequired: Bool
        /// Empty where any text is taken.
        package var values: [Value]
    }

    package struct Value: Sendable, Hashable, Codable {
        package var key: String
        package var name: String
    }

    package var code: String
    package var title: String
    package var group: String
    /// Are there questions?
    package var hasAttributes: Bool
    /// Read only of services to which a category is mapped.
    package var attributes: [Attribute]
}

/// That a report is to go to a partner, as somebody or a rule has said.
package struct Forwarding: Sendable, Hashable {
    package var partner: String
    /// Answers to the partner's own questions.
    package var answers: [String: String]
    /// The text may go as it was written. Released texts go in any case.
    package var sharesText: Bool
    /// Whoever reported agreed that name, e-mail and telephone go.
    package var sharesContact: Bool

    package init(partner: String, answers: [String: String] = [:], sharesText: Bool = false, sharesContact: Bool = false) {
        (self.partner, self.answers, self.sharesText, self.sharesContact) = (partner, answers, sharesText, sharesContact)
    }
}

/// A report on its way to a partner, or there.
package struct Forward: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Not yet said to them.
        case waiting
        /// Said, and not known whether they have it.
        case sending
        /// They have it and gave a token for its number.
        case token
        /// They have it, under a number of theirs.
        case followed
        /// Whether they have it cannot be found out: a person must.
        case unclear
        /// They refused it.
        case failed
        /// Nothing is asked any more.
        case ended
    }

    package var number: Int64
    package var report: Report.Number
    package var partner: String
    package var service: String
    package var answers: [String: String]
    package var sharesText: Bool
    package var sharesContact: Bool
    /// By which a partner that knows `Idempotency-Key` takes it once, and by which it is found again in a text.
    package var key: String
    package var state: State
    package var tries: Int
    package var createdAt: Instant
    package var dueAt: Instant
    /// What went wrong last; '' for nothing.
    package var trouble: String
    package var token: String
    /// `service_request_id` there; '' until it is known.
    package var theirs: String
    /// '' until they were asked.
    package var status: String
    package var notes: String
    package var endedAt: Instant?

    /// Stands in what is sent, so that it can be found again.
    package var mark: String { "[\(ReportReference(report))/\(key.prefix(8))]" }
}
