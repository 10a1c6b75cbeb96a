// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// All that is kept of a person with an account (GDPR articles 15 and 20): as a page to be read, and as JSON.
struct CitizenData: Sendable {
    struct Request: Sendable {
        /// Of somebody else's, what everybody may see.
        var report: Report
        var isOwn: Bool
        var contact: ReportContact?
        var events: [ReportEvent]
        /// What the person sent, by its place within the request.
        var photos: [Int] = []

        func address(ofPhoto place: Int) -> String { "/app/compte/photos/\(report.reference)/\(place)" }
    }

    var account: CitizenAccount
    var createdAt: Instant
    var destroyAt: Instant
    var streets: [CitizenAccount.Street]
    var devices: [(endpoint: String, keys: String)]
    var news: [CitizenNews]
    var requests: [Request]
    /// What other desks know of the same address: bookings of bulky waste.
    var others: [PersonalFinding]

    static func read(
        _ account: CitizenAccount, _ ground: Ground, _ tree: CategoryTree, _ seekers: [any PersonalSeeker], in transaction: Transaction
    ) throws -> CitizenData {
        let span = try CitizenAccountStore.span(of: account, in: transaction)
        return CitizenData(
            account: account, createdAt: span.from, destroyAt: span.to,
            streets: try CitizenAccountStore.streets(of: account, in: transaction),
            devices: try CitizenAccountStore.devices(of: account, in: transaction),
            news: try CitizenNewsStore.news(of: account.number, in: transaction),
            requests: try CitizenAccountStore.requests(account, in: transaction).map { report, isOwn in
                guard isOwn else { return Request(report: ground.forOthers(report, tree), isOwn: false, contact: nil, events: []) }
                // Whoever was shown a link has added it to an account of theirs: name, telephone and photos are the sender's.
                let contact = try ReportStore.contact(of: report.number, in: transaction)
                let isSender = try CitizenAccountStore.sent(report, account, in: transaction)
                return Request(
                    report: report, isOwn: true,
                    contact: contact.flatMap { $0.email.lowercased() == account.email.lowercased() ? $0 : nil },
                    events: try ReportStore.events(of: report.number, onlyPublic: true, in: transaction),
                    photos: isSender ? try ReportPhotoStore.sent(with: report.number, in: transaction) : [])
            }, others: try seekers.flatMap { try $0.find(PersonalSubject(.email, account.email), in: transaction) })
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("email", account.email)
            writer.member("language", account.language.rawValue)
            writer.member("requestsToldBy", account.requests.rawValue)
            writer.member("streetsToldBy", account.streets.rawValue)
            writer.member("worksToldBy", account.works.rawValue)
            writer.member("made", createdAt.iso8601)
            writer.member("erasedAtTheLatest", destroyAt.iso8601)
            writer.array("streets", streets) { writer, street in
                writer.object { writer in
                    writer.member("label", street.label)
                    writer.member("longitude", street.at.longitude)
                    writer.member("latitude", street.at.latitude)
                }
            }
            writer.array("devices", devices) { writer, device in writer.object { $0.member("endpoint", device.endpoint) } }
            writer.array("news", news) { writer, one in
                writer.object { writer in
                    writer.member("at", one.at.iso8601)
                    writer.member("title", one.title(account.language))
                    writer.member("text", one.text(account.language))
                }
            }
            writer.array("requests", requests) { writer, one in writer.object { CitizenData.write(one, &$0) } }
            writer.array("others", others) { writer, one in
                writer.object { writer in
                    writer.member("place", one.table)
                    for (key, value) in one.fields.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
                }
            }
        }
        return writer.bytes
    }

    private static func write(_ one: Request, _ writer: inout JSONWriter) {
        let report = one.report
        writer.member("reference", "\(report.reference)")
        writer.member("own", one.isOwn)
        writer.member("category", report.category)
        writer.member("state", report.state.rawValue)
        writer.member("reported", report.createdAt.iso8601)
        guard one.isOwn else { return }
        writer.member("address", report.address)
        if let place = report.place {
            writer.member("longitude", place.longitude)
            writer.member("latitude", place.latitude)
        }
        writer.member("description", report.description)
        if let contact = one.contact {
            writer.member("name", contact.name)
            writer.member("email", contact.email)
            writer.member("phone", contact.phone)
        }
        writer.array("answers", report.answers.sorted { $0.key < $1.key }) { writer, answer in
            writer.object { writer in
                writer.member("question", answer.key)
                writer.member("answer", answer.value)
            }
        }
        writer.array("photos", one.photos) { writer, place in writer.string(one.address(ofPhoto: place)) }
        writer.array("history", one.events) { writer, event in
            writer.object { writer in
                writer.member("at", event.at.iso8601)
                writer.member("what", event.what.rawValue)
                writer.member("text", event.publicText)
            }
        }
    }
}
