// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Post

/// What reports know of a citizen: whom one may call back, and all that was said under the same pseudonym.
package struct ReportSeeker: PersonalSeeker {
    package init() {}

    package func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        try numbers(subject, in: transaction).flatMap { number -> [PersonalFinding] in
            guard let report = try ReportStore.find(number, in: transaction) else { return [] }
            let reference = report.reference.description
            var fields = [
                "reference": reference, "created_at": report.createdAt.iso8601, "category": report.category, "state": report.state.rawValue,
                "description": report.description, "address": report.address, "channel": report.channel.rawValue,
            ]
            for (key, answer) in report.answers { fields["answer " + key] = answer }
            if let place = report.place { fields["place"] = "\(place.latitude) \(place.longitude)" }
            var found = [PersonalFinding(table: "report", fields: fields.filter { !$0.value.isEmpty })]
            if let contact = try ReportStore.contact(of: number, in: transaction) {
                let fields = ["reference": reference, "name": contact.name, "email": contact.email, "phone": contact.phone]
                found.append(PersonalFinding(table: "report_contact", fields: fields.filter { !$0.value.isEmpty }))
            }
            for event in try ReportStore.events(of: number, in: transaction) where event.role == .citizen && !event.text.isEmpty {
                found.append(
                    PersonalFinding(
                        table: "report_note", fields: ["reference": reference, "at": event.at.iso8601, "text": event.text]))
            }
            for photo in try ReportPhotoStore.photos(of: number, in: transaction) where photo.stage == .citizen {
                found.append(
                    PersonalFinding(table: "report_photo", fields: ["reference": reference, "photo": "\(photo.place)"]))
            }
            return found
        }
    }

    /// Contacts, notes, photos, and the pseudonym go at once; what was said goes where the work is over. A report that is still open keeps its
    /// words, without the person: the city needs them to do what was asked (GDPR article 17.3 b).
    package func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        let numbers = try numbers(subject, in: transaction)
        guard !numbers.isEmpty else { return [] }
        let list = SQL.list(numbers.map(\.value))
        let contacts = try transaction.run("DELETE FROM report_contact WHERE report IN (\(list))")
        try transaction.run("DELETE FROM report_link WHERE report IN (\(list))")
        try transaction.run("DELETE FROM report_push WHERE is_own = 1 AND report IN (\(list))")
        for number in numbers { try OutboxStore.withdraw(topic: CitizenPost.topic(number), in: transaction) }
        let notes = try transaction.run(
            """
            DELETE FROM report_note WHERE report IN (\(list)) AND EXISTS (SELECT 1 FROM report_event
                WHERE report_event.report = report_note.report AND report_event.place = report_note.place AND report_event.role = 'citizen')
            """)
        let ended = try transaction.rows("SELECT number FROM report WHERE number IN (\(list)) AND ended_at IS NOT NULL").map {
            $0.integer(0)
        }
        let photos = try transaction.run("DELETE FROM report_photo WHERE report IN (\(SQL.list(ended))) AND stage = 'citizen'")
        try transaction.run(
            """
            UPDATE report SET description = '', answers = '{}', address = '', folded = '', is_released = 0,
                published = '', published_address = '',
                photos = (SELECT COUNT(*) FROM report_photo WHERE report_photo.report = report.number)
            WHERE number IN (\(SQL.list(ended)))
            """)
        try transaction.run("UPDATE report SET reporter = '', updated_at = \(now) WHERE number IN (\(list))")
        let open = numbers.count - ended.count
        return [
            PersonalErasure(table: "report_contact", count: contacts), PersonalErasure(table: "report_note", count: notes),
            PersonalErasure(table: "report_photo", count: photos),
            PersonalErasure(
                table: "report", count: numbers.count,
                stays: open == 0
                    ? nil
                    : Words(
                        "les mots de \(open) signalement(s) en cours, sans la personne, jusqu'à la fin des travaux",
                        "the words of \(open) open report(s), without the person, until the work is done")),
        ]
    }

    /// Reports of the same person, the newest first. Staff are found by their sign-in name elsewhere.
    private func numbers(_ subject: PersonalSubject, in transaction: Transaction) throws -> [Report.Number] {
        let contact: ReportContact
        switch subject.sort {
        case .email: contact = ReportContact(email: subject.value)
        case .phone: contact = ReportContact(phone: subject.value)
        case .login: return []
        }
        var found = Set(
            try transaction.rows("SELECT number FROM report WHERE reporter = \(try ReportStore.pseudonym(contact, in: transaction))")
                .map { Report.Number($0.integer(0)) })
        // Who gave both is called by the number: the address stands with the contact.
        if subject.sort == .email {
            found.formUnion(
                try transaction.rows("SELECT report FROM report_contact WHERE lower(email) = \(subject.value)")
                    .map { Report.Number($0.integer(0)) })
        }
        return found.sorted(by: >)
    }
}
