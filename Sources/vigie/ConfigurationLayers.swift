// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Yams

/// Everything that is wrong with a configuration, a sentence each.
struct ConfigurationProblems: Error, CustomStringConvertible, LocalizedError {
    var list: [String]
    var description: String { list.joined(separator: "\n") }
    var errorDescription: String? { description }
}

/// The settings that one source gives, as texts, with where each stands.
struct ConfigurationLayer: Sendable {
    /// By key: the text, and where it stands ('/etc/vigie/vigie.yaml:12', 'VIGIE_HTTP_PORT', '--set').
    var entries: [String: (text: String, origin: String)] = [:]

    static let defaults: ConfigurationLayer = {
        var layer = ConfigurationLayer()
        for setting in Setting.all { layer.entries[setting.key] = (setting.fallback, "default") }
        return layer
    }()

    static func arguments(_ arguments: [String]) throws -> ConfigurationLayer {
        var layer = ConfigurationLayer()
        var problems: [String] = []
        for argument in arguments {
            guard let sign = argument.firstIndex(of: "=") else {
                problems.append("--set \(argument): expected key=value, such as http.port=8080")
                continue
            }
            let key = String(argument[..<sign])
            if Setting.named(key) == nil { problems.append(unknown(key, at: "--set")) }
            layer.entries[key] = (String(argument[argument.index(after: sign)...]), "--set \(key)")
        }
        guard problems.isEmpty else { throw ConfigurationProblems(list: problems) }
        return layer
    }

    /// `VIGIE_CONFIG` (the file itself) and `VIGIE_SHARED_DATA` (tests) are no settings.
    static func environment(_ environment: [String: String]) throws -> ConfigurationLayer {
        var layer = ConfigurationLayer()
        var problems: [String] = []
        let byVariable = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.variable, $0.key) })
        let others: Set = ["VIGIE_CONFIG", "VIGIE_SHARED_DATA", "VIGIE_STRICT"]
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("VIGIE_") && !others.contains(name) {
            guard let key = byVariable[name] else {
                let nearest = byVariable.keys.min { (EditDistance.between($0, name), $0) < (EditDistance.between($1, name), $1) } ?? ""
                problems.append("\(name): no such setting in the environment; the nearest is \(nearest)")
                continue
            }
            layer.entries[key] = (text, name)
        }
        guard problems.isEmpty else { throw ConfigurationProblems(list: problems) }
        return layer
    }

    static func file(_ path: String) throws -> ConfigurationLayer {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationProblems(list: ["\(path): cannot be read; does it exist, and may this user read it?"])
        }
        return try yaml(String(decoding: data, as: UTF8.self), name: path)
    }

    /// Nested keys join with dots: `http: { port: 8080 }` is `http.port`.
    static func yaml(_ text: String, name: String) throws -> ConfigurationLayer {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationProblems(list: ["\(name): not YAML: \(error)"])
        }
        var layer = ConfigurationLayer()
        var problems: [String] = []
        if let node { layer.gather(node, key: "", name: name, &problems) }
        guard problems.isEmpty else { throw ConfigurationProblems(list: problems) }
        return layer
    }

    private mutating func gather(_ node: Node, key: String, name: String, _ problems: inout [String]) {
        let origin = "\(name):\(node.mark?.line ?? 1)"
        if let setting = Setting.named(key) {
            guard let text = ConfigurationLayer.text(node) else {
                problems.append("\(origin): \(key) is a list or a group; right would be \(setting.type.words)")
                return
            }
            entries[key] = (text, origin)
            return
        }
        guard let mapping = node.mapping else {
            if key.isEmpty {
                if node.scalar?.string != "" { problems.append("\(origin): expected settings such as 'http:' with 'port: 8080' below it") }
            } else {
                problems.append(ConfigurationLayer.unknown(key, at: origin))
            }
            return
        }
        for (name_, value) in mapping {
            let part = name_.scalar?.string ?? "?"
            gather(value, key: key.isEmpty ? part : "\(key).\(part)", name: name, &problems)
        }
    }

    /// A scalar as it is, a sequence of scalars joined by commas, a mapping of scalars (retention) as `a=b` joined by commas.
    private static func text(_ node: Node) -> String? {
        if let scalar = node.scalar { return scalar.string }
        if let sequence = node.sequence {
            let items = sequence.compactMap { $0.scalar?.string }
            return items.count == sequence.count ? items.joined(separator: ", ") : nil
        }
        guard let mapping = node.mapping else { return nil }
        let items = mapping.compactMap { key, value in
            key.scalar.flatMap { key in value.scalar.map { "\(key.string)=\($0.string)" } }
        }
        return items.count == mapping.count ? items.joined(separator: ", ") : nil
    }

    private static func unknown(_ key: String, at origin: String) -> String {
        "\(origin): there is no setting '\(key)'; the nearest is '\(Setting.nearest(to: key))'"
    }
}

/// One setting as it stands: the winning text and where it came from.
struct ResolvedSetting: Sendable {
    var setting: Setting
    var text: String
    var origin: String

    /// What may be shown: a secret that was given is dots, one that was not is nothing.
    var shown: String { setting.isSecret && !text.isEmpty ? "••••" : text }
}

/// The values of all settings, the later layer over the earlier.
struct SettingValues: Sendable {
    private(set) var resolved: [ResolvedSetting] = []
    private var values: [String: SettingValue] = [:]

    init(layers: [ConfigurationLayer], problems: inout [String]) {
        for setting in Setting.all {
            guard let entry = layers.reversed().lazy.compactMap({ $0.entries[setting.key] }).first else { continue }
            let one = ResolvedSetting(setting: setting, text: entry.text, origin: entry.origin)
            resolved.append(one)
            do {
                values[setting.key] = try setting.type.read(entry.text)
            } catch let wrong as WrongValue {
                problems.append("\(entry.origin): \(setting.key) is '\(one.shown)'; right would be \(wrong.right)")
            } catch {
                problems.append("\(entry.origin): \(setting.key): \(error)")
            }
        }
    }

    // The table gives each key its type, so a missing value here is a slip in `Configuration.init`, which a test runs.
    func text(_ key: String) -> String { if case .text(let v)? = values[key] { v } else { wrong(key) } }
    func integer(_ key: String) -> Int { if case .integer(let v)? = values[key] { v } else { wrong(key) } }
    func flag(_ key: String) -> Bool { if case .flag(let v)? = values[key] { v } else { wrong(key) } }
    func span(_ key: String) -> Span { if case .span(let v)? = values[key] { v } else { wrong(key) } }
    func list(_ key: String) -> [String] { if case .list(let v)? = values[key] { v } else { wrong(key) } }
    func brokers(_ key: String) -> [Configuration.Broker] { if case .brokers(let v)? = values[key] { v } else { wrong(key) } }
    func retention(_ key: String) -> [String: Span] { if case .retention(let v)? = values[key] { v } else { wrong(key) } }

    func times(_ key: String) -> [String: Span] { retention(key) }
    func decimal(_ key: String) -> Double { if case .decimal(let v)? = values[key] { v } else { wrong(key) } }
    func place(_ key: String) -> Place { if case .place(let v)? = values[key] { v } else { wrong(key) } }
    func plans(_ key: String) -> [DimmingPlan] { if case .programmes(let v)? = values[key] { v } else { wrong(key) } }
    func follow(_ key: String) -> [String: String] { if case .follow(let v)? = values[key] { v } else { wrong(key) } }

    private func wrong<T>(_ key: String) -> T { fatalError("the setting '\(key)' has another type in the table of settings") }
}
