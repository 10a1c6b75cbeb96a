// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto
import Foundation
import NIOCore

/// The files that browsers fetch (scripts, styles, icons, fonts), read once at start. Their address holds a hash of their content, so a
/// browser keeps them for ever and still sees each new version at once. Only files found at start can be asked for: no path from
/// outside is ever turned into a path on disk.
struct AssetShelf: Sendable {
    struct File: Sendable {
        var name: String
        var hash: String
        var type: String
        var bytes: ByteBuffer
        var gzip: ByteBuffer?
    }

    private let files: [String: File]
    /// What each script imports as it starts, also by what it imports: names with the hash in them already.
    private let imported: [String: [String]]

    /// Later folders give way to earlier ones where a name is in both. A folder that is not there holds nothing.
    init(folders: [String]) {
        var files: [String: File] = [:]
        for folder in folders {
            for name in Self.names(in: folder) where files[name] == nil && !name.hasSuffix(".gz") {
                guard let type = Self.type(of: name), let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
                let hash = SHA256.hash(data: data).prefix(6).hexadecimal
                let gzip = FileManager.default.contents(atPath: "\(folder)/\(name).gz").map { ByteBuffer(bytes: $0) }
                files[name] = File(name: name, hash: hash, type: type, bytes: ByteBuffer(bytes: data), gzip: gzip)
            }
        }
        self.files = files
        let own = files.filter { $0.key.hasSuffix(".js") && !$0.key.contains("/") }.mapValues { Self.imports(String(buffer: $0.bytes)) }
        imported = own.mapValues { Self.closed($0, over: own) }
    }

    /// What must be there before any of these scripts runs: browsers fetch it beside the scripts, and a service worker that keeps a page
    /// finds it named there.
    func parts(of scripts: [String]) -> [String] { Set(scripts.flatMap { imported["\($0).js"] ?? [] }).sorted() }

    /// The files of ours that a script names in `import … from "./chunk-….js"`. What it asks for later (`import()`) is not among them.
    private static func imports(_ script: String) -> [String] {
        script.matches(of: /(?:from|import)\s*["']\.\/(chunk-[A-Za-z0-9_-]+\.js)["']/).map { String($0.1) }
    }

    private static func closed(_ names: [String], over imports: [String: [String]]) -> [String] {
        var (found, open) = (Set<String>(), names)
        while let name = open.popLast() { if found.insert(name).inserted { open += imports[name] ?? [] } }
        return found.sorted()
    }

    /// `/assets/vigie.1f2e3d4c5b6a.css`, or the plain name where there is no such file (the browser then gets a 404, the page stands).
    func address(_ name: String) -> String {
        guard let file = files[name], let dot = name.lastIndex(of: ".") else { return "/assets/\(name)" }
        return "/assets/\(name[..<dot]).\(file.hash)\(name[dot...])"
    }

    /// The file of a name with or without its hash; whether the name had it.
    func find(_ asked: String) -> (file: File, isImmutable: Bool)? {
        if let file = files[asked] { return (file, false) }
        guard let dot = asked.lastIndex(of: "."), let hashDot = asked[..<dot].lastIndex(of: ".") else { return nil }
        let hash = asked[asked.index(after: hashDot)..<dot]
        guard let file = files[String(asked[..<hashDot]) + String(asked[dot...])], file.hash == hash else { return nil }
        return (file, true)
    }

    private static func names(in folder: String) -> [String] {
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return found.filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }.sorted()
    }

    private static func type(of name: String) -> String? {
        let types = [
            "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
            "woff2": "font/woff2", "json": "application/json", "webmanifest": "application/manifest+json", "pbf": "application/x-protobuf",
            "txt": "text/plain; charset=utf-8", "map": "application/json", "mp3": "audio/mpeg", "ogg": "audio/ogg",
        ]
        return name.split(separator: ".").last.flatMap { types[String($0)] }
    }
}
