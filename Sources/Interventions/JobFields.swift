// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
package import Journal

extension Job.Number: Bindable { package var bound: Value { .integer(value) } }
extension JobState: Bindable { package var bound: Value { .text(rawValue) } }

/// A job between its columns and its noun.
enum JobFields {
    static let columns = [
        "number", "source", "department", "category", "title_fr", "title_en", "details", "longitude", "latitude", "address", "commune",
        "asset", "urgency", "promised_at", "needs", "confirmed", "opens_at", "closes_at", "state", "crew", "planned_at", "is_locked",
        "expected_at", "first_expected_at", "started_at", "ended_at", "created_at", "updated_at", "minutes", "cents", "proof",
    ]
    static let select = SQL(raw: "SELECT " + columns.map { "job." + $0 }.joined(separator: ", ") + " FROM job ")

    static func job(_ row: Row) -> Job {
        let place = row.realOrNil(7).flatMap { x in row.realOrNil(8).map { Place(longitude: x, latitude: $0) } }
        return Job(
            number: Job.Number(row.integer(0)), source: source(row.text(1)), department: row.text(2), category: row.text(3),
            title: Words(row.text(4), row.text(5)), details: row.text(6), place: place, address: row.text(9),
            commune: Commune(insee: row.text(10)), asset: row.assetOrNil(11), urgency: Urgency(rawValue: row.int(12)) ?? .days,
            promisedAt: row.instantOrNil(13), needs: needs(row.text(14)), confirmed: confirmed(row.text(15)),
            opensAt: row.instantOrNil(16), closesAt: row.instantOrNil(17), state: JobState(rawValue: row.text(18)) ?? .wanted,
            crew: row.text(19), plannedAt: row.instantOrNil(20), isLocked: row.flag(21), expectedAt: row.instantOrNil(22),
            firstExpectedAt: row.instantOrNil(23), startedAt: row.instantOrNil(24), endedAt: row.instantOrNil(25),
            createdAt: row.instant(26), updatedAt: row.instant(27), minutes: row.int(28), cents: row.int(29),
            proof: row.textOrNil(30).flatMap(Job.ProofSort.init))
    }

    static func values(_ j: Job) -> [Value] {
        [
            j.number.bound, .text(text(j.source)), .text(j.department), .text(j.category), .text(j.title.french), .text(j.title.english),
            .text(j.details), (j.place?.longitude).bound, (j.place?.latitude).bound, .text(j.address), .text(j.commune.insee),
            j.asset.bound, j.urgency.rawValue.bound, j.promisedAt.bound, .text(json(j.needs)), .text(text(j.confirmed)),
            j.opensAt.bound, j.closesAt.bound, j.state.bound, .text(j.crew), j.plannedAt.bound, j.isLocked.bound, j.expectedAt.bound,
            j.firstExpectedAt.bound, j.startedAt.bound, j.endedAt.bound, j.createdAt.bound, j.updatedAt.bound, j.minutes.bound,
            j.cents.bound, (j.proof?.rawValue).bound,
        ]
    }

    // MARK: Sources

    static func text(_ source: JobSource) -> String {
        switch source {
        case .report(let number): "report:\(number)"
        case .alarm(let number): "alarm:\(number)"
        case .plan(let number, let day): "plan:\(number):\(day)"
        case .booking(let number): "booking:\(number)"
        case .hand(let key): "hand:\(key)"
        }
    }

    static func source(_ text: String) -> JobSource {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return .hand(text) }
        switch (parts[0], Int64(parts[1])) {
        case ("report", let number?): return .report(number)
        case ("alarm", let number?): return .alarm(number)
        case ("booking", let number?): return .booking(number)
        case ("plan", _):
            let numbers = parts[1].split(separator: ":").compactMap { Int64($0) }
            return numbers.count == 2 ? .plan(numbers[0], day: numbers[1]) : .hand(text)
        default: return .hand(parts[1])
        }
    }

    // MARK: Needs

    static func json(_ needs: JobNeeds) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(needs)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func needs(_ json: String) -> JobNeeds {
        (try? JSONDecoder().decode(JobNeeds.self, from: Data(json.utf8))) ?? JobNeeds()
    }

    static func text(_ confirmed: Set<Safety>) -> String { confirmed.map(\.rawValue).sorted().joined(separator: ",") }
    static func confirmed(_ text: String) -> Set<Safety> { Set(text.split(separator: ",").compactMap { Safety(rawValue: String($0)) }) }

    /// `{"key":"value"}`, keys in order.
    static func json(_ texts: [String: String]) -> String {
        JSON.object(texts.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }).description
    }

    static func texts(_ json: String) -> [String: String] {
        guard json != "{}", case .object(let members)? = try? JSON(json) else { return [:] }
        return Dictionary(members.compactMap { member in member.value.textOrNil.map { (member.key, $0) } }) { first, _ in first }
    }

    /// What a search in words looks at.
    static func folded(_ job: Job) -> String {
        let texts = [String(job.number.value), job.address, job.title.french, job.title.english, job.details]
        let words = texts.flatMap { Folding.fold($0).split { !$0.isLetter && !$0.isNumber } }
        return " " + words.joined(separator: " ") + " "
    }
}
