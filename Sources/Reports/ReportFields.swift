// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
package import Journal

extension Report.Number: Bindable { package var bound: Value { .integer(value) } }
extension Report.State: Bindable { package var bound: Value { .text(rawValue) } }

/// A report between its columns and its noun.
enum ReportFields {
    static let columns = [
        "number", "category", "branch", "longitude", "latitude", "commune", "address", "asset", "description", "answers", "channel",
        "state", "department", "why", "urgency", "promised_at", "created_at", "updated_at", "ended_at", "proof", "duplicate_of",
        "split_from", "reporter", "is_released", "photos", "published", "published_address",
    ]
    static let select = SQL(raw: "SELECT " + columns.map { "report." + $0 }.joined(separator: ", ") + " FROM report ")

    /// The same with further columns behind.
    static func selecting(_ more: String) -> SQL {
        SQL(raw: "SELECT " + columns.map { "report." + $0 }.joined(separator: ", ") + ", " + more + " FROM report ")
    }

    static func report(_ row: Row) -> Report {
        let place = row.realOrNil(3).flatMap { x in row.realOrNil(4).map { Place(longitude: x, latitude: $0) } }
        var report = Report(
            number: Report.Number(row.integer(0)), category: row.text(1), branch: row.text(2), place: place,
            commune: Commune(insee: row.text(5)), address: row.text(6), asset: row.assetOrNil(7), description: row.text(8),
            answers: texts(row.text(9)), channel: Report.Channel(rawValue: row.text(10)) ?? .operator,
            state: Report.State(rawValue: row.text(11)) ?? .received, department: row.text(12), why: words(row.text(13)),
            urgency: Urgency(rawValue: row.int(14)) ?? .days, promisedAt: row.instant(15), createdAt: row.instant(16),
            updatedAt: row.instant(17), endedAt: row.instantOrNil(18), proof: row.textOrNil(19).flatMap(Report.Proof.Sort.init),
            duplicateOf: row.integerOrNil(20).map(Report.Number.init), splitFrom: row.integerOrNil(21).map(Report.Number.init),
            reporter: row.text(22), isReleased: row.flag(23), photos: row.int(24))
        (report.published, report.publishedAddress) = (row.text(25), row.text(26))
        return report
    }

    /// `{"key":"value"}`, keys in order.
    static func json(_ texts: [String: String]) -> String {
        JSON.object(texts.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }).description
    }

    static func texts(_ json: String) -> [String: String] {
        guard json != "{}", case .object(let members)? = try? JSON(json) else { return [:] }
        return Dictionary(members.compactMap { member in member.value.textOrNil.map { (member.key, $0) } }) { first, _ in first }
    }

    /// `[["fr","en"],…]`.
    static func json(_ words: [Words]) -> String { JSON.list(words.map { .list([.text($0.french), .text($0.english)]) }).description }

    static func words(_ json: String) -> [Words] {
        guard let list = (try? JSON(json))?.listOrNil else { return [] }
        return list.compactMap { pair in
            guard let two = pair.listOrNil, two.count == 2, let fr = two[0].textOrNil, let en = two[1].textOrNil else { return nil }
            return Words(fr, en)
        }
    }

    /// What a search in words looks at: letters and digits only, a space before and after each word.
    static func folded(_ texts: [String]) -> String {
        let words = texts.flatMap { Folding.fold($0).split { !$0.isLetter && !$0.isNumber } }
        return " " + words.joined(separator: " ") + " "
    }

    /// The tile of zoom 17 (some 200 m) in which a place lies.
    static func cell(_ place: Place) -> Int64 {
        let (x, y) = place.mercator
        return Int64(x >> 15) << 17 | Int64(y >> 15)
    }

    /// The tiles that a square round a place touches.
    static func cells(round place: Place, metres: Double) -> [Int64] {
        let (x, y) = place.mercator
        // A tile of zoom 17 is 40 075 017 m ÷ 2^17 wide at the equator, and as much narrower as its parallel.
        let unit = 40_075_016.7 * cos(place.latitude * .pi / 180) / 4_294_967_296
        let reach = UInt32(min(metres / unit, 4 * 32_768))
        let columns = (x &- min(reach, x)) >> 15...(x.addingReportingOverflow(reach).overflow ? .max : x + reach) >> 15
        let rows = (y &- min(reach, y)) >> 15...(y.addingReportingOverflow(reach).overflow ? .max : y + reach) >> 15
        return columns.flatMap { column in rows.map { Int64(column) << 17 | Int64($0) } }
    }
}
