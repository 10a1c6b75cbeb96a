// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import NIOCore

/// How well expected dates were kept, as open data: `/open-data/jobs.csv`, every job that has ended, with the first date that was said and the
/// real one. No address, no words, nobody's name.
struct JobOpenDataRoutes {
    let desk: Interventions
    private static let page = 2_000

    func add(to site: Desk) {
        site.api(Endpoint(.get, "/open-data/jobs.csv", "Open data: jobs that have ended", access: .open, surface: .open)) { _, _ in
            let journal = desk.journal
            let body = ResponseBody { writer in
                var open = writer
                try await open.write(ByteBuffer(string: JobOpenDataRoutes.header))
                var last = Job.Number(0)
                while true {
                    let after = last
                    let found = try await journal.read {
                        try JobListStore.ended(after: after, limit: JobOpenDataRoutes.page, in: $0)
                    }
                    guard let newest = found.last else { break }
                    try await open.write(ByteBuffer(string: found.map(JobOpenDataRoutes.line).joined()))
                    last = newest.number
                }
                try await open.finish(nil)
            }
            return Response(
                status: .ok, headers: [.contentType: "text/csv; charset=utf-8", .cacheControl: "public, max-age=3600"], body: body)
        }
    }

    static let header =
        "number,department,category,commune,state,asked_at,promised_at,first_expected_at,ended_at,hours_after_first_expected,proof\r\n"

    static func line(_ job: Job) -> String {
        let error = job.firstExpectedAt.flatMap { first in job.endedAt.map { Double(($0 - first).milliseconds) / 3_600_000 } }
        let cells: [String] = [
            String(job.number.value), job.department, job.category, job.commune.insee, job.state.rawValue, job.createdAt.iso8601,
            job.promisedAt?.iso8601 ?? "", job.firstExpectedAt?.iso8601 ?? "", job.endedAt?.iso8601 ?? "",
            error.map { String(format: "%.1f", $0) } ?? "", job.proof?.rawValue ?? "",
        ]
        return cells.map { CSV.cell($0, separator: ",") }.joined(separator: ",") + "\r\n"
    }
}
