// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import NIOCore
import Post

/// What a setting's text must be.
enum SettingType: Sendable {
    case text
    case integer(ClosedRange<Int>)
    case flag
    /// Milliseconds, written with a unit.
    case duration(ClosedRange<Int64>)
    /// Bytes, written with a unit.
    case bytes(ClosedRange<Int64>)
    case choice([String])
    case url([String])
    case list
    /// IP addresses.
    case addresses
    case timezone
    case journal
    case brokers
    /// A mail server, or ''.
    case relay
    case retention
    case decimal(ClosedRange<Double>)
    /// A time for each of these names.
    case times([String])
    /// Longitude and latitude.
    case place
    /// Dimming programmes by name.
    case programmes
    /// Names of programmes by commune, node or '*'.
    case follow
}

/// A setting's text, read.
enum SettingValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case flag(Bool)
    case span(Span)
    case list([String])
    case brokers([Configuration.Broker])
    case retention([String: Span])
    case decimal(Double)
    case place(Place)
    case programmes([DimmingPlan])
    case follow([String: String])
}

/// A text that a setting does not take, and what would be right.
struct WrongValue: Error, Equatable { var right: String }

extension SettingType {
    /// Reads a setting's text. Throws `WrongValue` with a sentence that says what would be right.
    func read(_ text: String) throws -> SettingValue {
        switch self {
        case .text: return .text(text)
        case .integer(let range):
            guard let n = Int(text), range.contains(n) else {
                throw WrongValue(right: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(n)
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .flag(true)
            case "false", "no", "off", "0": return .flag(false)
            default: throw WrongValue(right: "'true' or 'false'")
            }
        case .duration(let range):
            guard let span = Units.span(text), range.contains(span.milliseconds) else {
                throw WrongValue(
                    right:
                        "a time with its unit (ms, s, min, h, d), from \(Units.text(range.lowerBound)) to \(Units.text(range.upperBound))")
            }
            return .span(span)
        case .bytes(let range):
            guard let bytes = Units.bytes(text), range.contains(bytes) else {
                throw WrongValue(right: "a size with its unit (B, KiB, MiB, GiB), from \(range.lowerBound) to \(range.upperBound) bytes")
            }
            return .integer(Int(bytes))
        case .choice(let names):
            guard names.contains(text) else { throw WrongValue(right: "one of \(names.joined(separator: ", "))") }
            return .text(text)
        case .url(let schemes):
            guard let url = URL(string: text), let scheme = url.scheme, schemes.contains(scheme), url.host() != nil else {
                throw WrongValue(right: "an address that begins with \(schemes.map { $0 + "://" }.joined(separator: " or "))")
            }
            return .text(text)
        case .list: return .list(SettingType.items(text))
        case .addresses:
            return .list(
                try SettingType.items(text).map { item in
                    guard let address = try? SocketAddress(ipAddress: item, port: 0).ipAddress else {
                        throw WrongValue(right: "IP addresses with commas between, such as '127.0.0.1, ::1'; '\(item)' is none")
                    }
                    return address
                })
        case .timezone:
            guard TimeZone(identifier: text) != nil else { throw WrongValue(right: "a zone of the IANA database, such as Europe/Paris") }
            return .text(text)
        case .journal:
            if text.contains("://"), !text.hasPrefix("postgres://"), !text.hasPrefix("postgresql://") {
                throw WrongValue(right: "a path, or 'postgres://user:password@host/database'")
            }
            return .text(text)
        case .relay:
            guard text.isEmpty || SMTPRelay(text) != nil else { throw WrongValue(right: SMTPRelay.right) }
            return .text(text)
        case .brokers: return .brokers(try SettingType.items(text).map(Configuration.Broker.init(text:)))
        case .retention: return .retention(try SettingType.retention(text))
        case .decimal(let range):
            guard let n = SettingType.number(text), range.contains(n) else {
                throw WrongValue(right: "a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .decimal(n)
        case .times(let names): return .retention(try SettingType.times(text, names))
        case .place:
            let parts = SettingType.items(text).compactMap(SettingType.number)
            guard parts.count == 2, (-180...180).contains(parts[0]), (-90...90).contains(parts[1]) else {
                throw WrongValue(right: "longitude and latitude in degrees, such as '5.0415, 47.3220'")
            }
            return .place(Place(longitude: parts[0], latitude: parts[1]))
        case .programmes: return .programmes(try SettingType.pairs(text, LightingPlans.right).map { try LightingPlans.read($0.0, $0.1) })
        case .follow:
            let right = "communes, nodes or '*' with their programmes, such as '21231=centre, *=village'"
            return .follow(
                try SettingType.pairs(text, right).reduce(into: [:]) { found, pair in
                    guard found.updateValue(pair.1, forKey: pair.0) == nil else {
                        throw WrongValue(right: "\(right); '\(pair.0)' stands twice")
                    }
                })
        }
    }

    /// What stands in the documentation's column 'type'.
    var words: String {
        switch self {
        case .text: "text"
        case .integer(let range): "whole number, \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .duration(let range): "time, \(Units.text(range.lowerBound)) to \(Units.text(range.upperBound))"
        case .bytes: "size"
        case .choice(let names): names.joined(separator: ", ")
        case .url: "address"
        case .list: "list, separated by commas"
        case .addresses: "IP addresses, separated by commas"
        case .timezone: "time zone"
        case .journal: "path or address"
        case .relay: "address"
        case .brokers: "list of addresses"
        case .retention: "times by kind"
        case .decimal(let range): "number, \(SettingType.plain(range.lowerBound)) to \(SettingType.plain(range.upperBound))"
        case .times(let names): "times for \(names.joined(separator: ", "))"
        case .place: "longitude, latitude"
        case .programmes: "programmes by name"
        case .follow: "programmes by commune or node"
        }
    }

    private static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// `a=b, c=d` in the order written; a colon may stand for the sign, as YAML has it inside a quoted list.
    private static func pairs(_ text: String, _ right: String) throws -> [(String, String)] {
        try items(text).map { item in
            let parts = item.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw WrongValue(right: right) }
            return (parts[0], parts[1])
        }
    }

    private static func times(_ text: String, _ names: [String]) throws -> [String: Span] {
        let right = "a time for each of \(names.joined(separator: ", ")), such as '\(names[0])=2min'"
        var found: [String: Span] = [:]
        for (name, value) in try pairs(text, right) {
            guard names.contains(name), let span = Units.span(value), span.milliseconds > 0 else { throw WrongValue(right: right) }
            found[name] = span
        }
        guard found.count == names.count else { throw WrongValue(right: right) }
        return found
    }

    /// A plain decimal number with a point: no exponent, no 'nan'.
    private static func number(_ text: String) -> Double? {
        text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") } ? Double(text) : nil
    }

    private static func plain(_ number: Double) -> String { number == number.rounded() ? String(Int(number)) : String(number) }

    private static func retention(_ text: String) throws -> [String: Span] {
        var byKind: [String: Span] = [:]
        for item in items(text) {
            let parts = item.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, let span = Units.span(parts[1]), span.milliseconds > 0 else {
                throw WrongValue(right: "kinds with their times, such as 'lamp=400d, *=400d'")
            }
            byKind[parts[0]] = span
        }
        guard byKind["*"] != nil else { throw WrongValue(right: "a time for every other kind too, such as '*=400d'") }
        return byKind
    }
}

/// Times and sizes as people write them.
enum Units {
    private static let times: [(String, Int64)] = [("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    private static let sizes: [(String, Int64)] = [("B", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824)]

    static func span(_ text: String) -> Span? { amount(text, times).map { .milliseconds($0) } }
    static func bytes(_ text: String) -> Int64? { amount(text, sizes) }

    /// The shortest exact writing: 90 000 ms is '90s', 86 400 000 ms is '1d'.
    static func text(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0s" }
        let (unit, size) = times.last { milliseconds % $0.1 == 0 } ?? ("ms", 1)
        return "\(milliseconds / size)\(unit)"
    }

    private static func amount(_ text: String, _ units: [(String, Int64)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard let number = Int64(digits), let size = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: size)
        return overflow ? nil : product
    }
}
