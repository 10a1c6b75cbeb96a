// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// All that is kept of a person with an account, as JSON (GDPR articles 15 and 20).
enum CitizenExport {
    static func json(_ account: CitizenAccount, in transaction: Transaction) throws -> [UInt8] {
        let requests = try CitizenAccountStore.requests(account, in: transaction)
        let streets = try CitizenAccountStore.streets(of: account, in: transaction)
        let devices = try CitizenAccountStore.devices(of: account, in: transaction)
        var contacts: [Report.Number: ReportContact] = [:]
        var words: [Report.Number: [ReportEvent]] = [:]
        for (report, isOwn) in requests where isOwn {
            contacts[report.number] = try ReportStore.contact(of: report.number, in: transaction)
            words[report.number] = try ReportStore.events(of: report.number, onlyPublic: true, in: transaction)
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("email", account.email)
            writer.member("language", account.language.rawValue)
            writer.member("requestsToldBy", account.requests.rawValue)
            writer.member("streetsToldBy", account.streets.rawValue)
            writer.array("streets", streets) { writer, street in
                writer.object { writer in
                    writer.member("label", street.label)
                    writer.member("longitude", street.at.longitude)
                    writer.member("latitude", street.at.latitude)
                }
            }
            writer.array("devices", devices) { writer, device in writer.object { $0.member("endpoint", device.endpoint) } }
            writer.array("requests", requests) { writer, one in
                let (report, isOwn) = one
                writer.object { writer in
                    writer.member("reference", "\(report.reference)")
                    writer.member("own", isOwn)
                    writer.member("category", report.category)
                    writer.member("state", report.state.rawValue)
                    writer.member("reported", report.createdAt.iso8601)
                    guard isOwn else { return }
                    writer.member("address", report.address)
                    writer.member("description", report.description)
                    if let contact = contacts[report.number] {
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
                    writer.array("history", words[report.number] ?? []) { writer, event in
                        writer.object { writer in
                            writer.member("at", event.at.iso8601)
                            writer.member("what", event.what.rawValue)
                            writer.member("text", event.publicText)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }
}
