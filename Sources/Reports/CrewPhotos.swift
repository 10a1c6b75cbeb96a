// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Journal
import Watch

/// The crews' photos stay with their jobs until a person releases one here: it is then the report's own, and the citizen sees it.
extension Reports {
    /// What crews photographed for a report and nobody has released yet.
    package func crewPhotos(of number: Report.Number) async throws -> [JobPicture] {
        guard let taken = try await jobs?.pictures(of: .report(number.value)), !taken.isEmpty else { return [] }
        let known = try await journal.read { try ReportPhotoStore.ofCrews(number, in: $0) }
        return taken.filter { known[.init(job: $0.job, place: $0.place)] == nil }
    }

    package func crewPhoto(_ place: Int, ofJob job: Int64, for number: Report.Number) async throws -> (type: String, bytes: [UInt8])? {
        try await jobs?.picture(place, ofJob: job, for: .report(number.value))
    }

    /// Takes a crew's photo over and lets the public see it. The same again changes nothing more.
    package func release(crewPhoto place: Int, ofJob job: Int64, for number: Report.Number, by login: String) async throws {
        let all = try await jobs?.pictures(of: .report(number.value)) ?? []
        guard let picture = all.first(where: { $0.job == job && $0.place == place }),
            let body = try await crewPhoto(place, ofJob: job, for: number), let type = PhotoType(rawValue: body.type)
        else { throw ReportFault.unknown }
        let photo = CleanPhoto(type: type, width: picture.width, height: picture.height, bytes: body.bytes)
        let now = clock.now()
        let report = try await journal.write { transaction -> Report in
            guard var report = try ReportStore.find(number, in: transaction) else { throw ReportFault.unknown }
            var own = try ReportPhotoStore.ofCrews(number, in: transaction)[.init(job: job, place: place)]
            if own == nil {
                guard let next = try ReportPhotoStore.nextPlace(of: number, in: transaction) else {
                    throw ReportFault.refused(Words("\(ReportPhotoStore.most) photos au plus.", "At most \(ReportPhotoStore.most) photos."))
                }
                try ReportPhotoStore.add(
                    photo, stage: picture.stage == .before ? .before : .after, place: next, to: number, at: picture.at, of: picture,
                    in: transaction)
                try transaction.run("UPDATE report SET photos = photos + 1, updated_at = \(now) WHERE number = \(number)")
                (report.photos, report.updatedAt, own) = (report.photos + 1, now, next)
            }
            guard let own, try ReportPhotoStore.release(own, of: number, true, in: transaction) else { throw ReportFault.unknown }
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: .released, role: .staff, isPublic: false, state: report.state,
                    facts: ["photo": String(own), "job": String(job)], author: login, text: ""), to: number, in: transaction)
            return report
        }
        outlet.tell([report])
    }
}
