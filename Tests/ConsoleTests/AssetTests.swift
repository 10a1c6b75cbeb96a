// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@testable import Console

@Suite struct AssetTests {
    /// A page that a service worker keeps runs without a network only if it names all that its scripts import.
    @Test func namesWhatAScriptImportsAlsoThroughOthers() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [
            "a.js": "import{a as l}from\"./chunk-AAAA2.js\";import(\"./chunk-LATE.js\");let x='./chunk-NOT.js'",
            "b.js": "import './chunk-CCCC.js'",
            "chunk-AAAA2.js": "import\"./chunk-BBBB.js\";export{}", "chunk-BBBB.js": "import{c}from\"./chunk-AAAA2.js\"",
            "chunk-CCCC.js": "",
        ] {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let shelf = AssetShelf(folders: [folder.path])
        #expect(shelf.parts(of: ["a"]) == ["chunk-AAAA2.js", "chunk-BBBB.js"])
        #expect(shelf.parts(of: ["a", "b"]) == ["chunk-AAAA2.js", "chunk-BBBB.js", "chunk-CCCC.js"])
        #expect(shelf.parts(of: ["none"]).isEmpty)
    }
}
