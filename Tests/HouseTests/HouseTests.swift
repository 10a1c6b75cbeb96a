// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

@Suite struct HouseTests {
    private let spdx = "// SPDX-License-Identifier: EUPL-1.2\n"

    private func complaints(_ rule: (SourceFile) -> [String], _ path: String, _ text: String) -> [String] {
        rule(SourceFile(path: path, text: text))
    }

    @Test func everyFileKeepsTheRulesOfTheHouse() throws {
        let files = try SourceFile.all(under: "Sources")
        #expect(files.count > 50)
        for complaint in files.flatMap(HouseRules.complaints) { Issue.record("\(complaint)") }
    }

    @Test func everyTestFileHasItsLicenceAndNoPathOfOneMachine() throws {
        for file in try SourceFile.all(under: "Tests") {
            for complaint in HouseRules.licence(file) + HouseRules.workplaces(file) { Issue.record("\(complaint)") }
        }
    }

    @Test func noRoomIsCalledByWhatItIsNot() throws {
        let rooms = Set(try SourceFile.all(under: "Sources").map(\.target))
        for name in ["Core", "Common", "Shared", "Utils", "Support", "Misc"] { #expect(!rooms.contains(name)) }
    }

    @Test func theLicenceRuleBites() {
        #expect(complaints(HouseRules.licence, "Watch/A.swift", "import Foundation\n").count == 1)
        #expect(complaints(HouseRules.licence, "Watch/A.swift", spdx).isEmpty)
    }

    @Test func theLengthAndDepthRulesBite() {
        #expect(complaints(HouseRules.length, "Watch/A.swift", String(repeating: "\n", count: 700)).count == 1)
        #expect(complaints(HouseRules.depth, "Watch/A/B/C/D.swift", spdx).count == 1)
        #expect(complaints(HouseRules.depth, "Fieldbus/MQTT/Codec/D.swift", spdx).isEmpty)
    }

    @Test func theImportRuleBites() {
        #expect(complaints(HouseRules.importsByTarget, "Lighting/A.swift", "import Supervision\n").count == 1)
        #expect(complaints(HouseRules.importsByTarget, "Watch/A.swift", "package import GRDB\n").count == 1)
        #expect(
            complaints(HouseRules.importsByTarget, "Supervision/A.swift", "@preconcurrency import NIOPosix\nimport struct GRDB.Row\n").count
                == 2)
        #expect(complaints(HouseRules.importsByTarget, "ControlRoom/A.swift", "import Logging\n").count == 1)
        #expect(
            complaints(HouseRules.importsByTarget, "Lighting/A.swift", "package import ControlRoom\n// import GRDB\nimport Foundation\n")
                .isEmpty)
        #expect(complaints(HouseRules.importsByTarget, "Unheard/A.swift", "").count == 1)
    }

    @Test func theSuffixRuleBites() {
        #expect(complaints(HouseRules.importsBySuffix, "Lighting/LampRules.swift", "import Journal\n").count == 1)
        #expect(complaints(HouseRules.importsBySuffix, "Lighting/LampStore.swift", "import Hummingbird\n").count == 1)
        #expect(complaints(HouseRules.importsBySuffix, "Lighting/LampPage.swift", "import Hummingbird\nimport GRDB\n").count == 2)
        #expect(complaints(HouseRules.importsBySuffix, "Lighting/LampRules.swift", "import ControlRoom\nimport Foundation\n").isEmpty)
    }

    @Test func theNameRuleBites() {
        #expect(complaints(HouseRules.typeNames, "Watch/A.swift", "package final class AlarmManager: Sendable {\n").count == 1)
        #expect(complaints(HouseRules.typeNames, "Watch/A.swift", "enum StringUtils {}\nstruct LampHelper {}\n").count == 2)
        #expect(
            complaints(
                HouseRules.typeNames, "Watch/A.swift", "final class Link: ChannelInboundHandler {}\nstruct Handle {}\n// class XManager\n"
            ).isEmpty)
    }

    @Test func theVocabularyRuleBites() {
        #expect(complaints(HouseRules.vocabulary, "ControlRoom/A.swift", "func a() async {}\nlet b = FileManager.default\n").count == 2)
        #expect(complaints(HouseRules.vocabulary, "ControlRoom/A.swift", "/// async is not here\nlet asynchronous = 1\n").isEmpty)
        #expect(complaints(HouseRules.vocabulary, "Watch/A.swift", "func a() async {}\n").isEmpty)
    }

    @Test func theClockRuleBites() {
        #expect(complaints(HouseRules.wallClock, "Watch/A.swift", "let now = Date()\nlet b = Date.now\n").count == 2)
        #expect(complaints(HouseRules.wallClock, "Watch/A.swift", "let now = clock.now()\nlet s = \"Date()\" // Date()\n").isEmpty)
        #expect(complaints(HouseRules.wallClock, "vigie/A.swift", "let now = Date()\n").isEmpty)
    }

    @Test func thePrintRuleBites() {
        #expect(complaints(HouseRules.printing, "Watch/A.swift", "    print(1)\n").count == 1)
        #expect(complaints(HouseRules.printing, "Watch/A.swift", "blueprint(1)\nlet a = \"print(x)\"\n").isEmpty)
        #expect(complaints(HouseRules.printing, "vigie/A.swift", "print(1)\n").isEmpty)
    }

    @Test func theWorkplaceRuleBites() {
        #expect(complaints(HouseRules.workplaces, "Watch/A.swift", "let a = \"/wo" + "rk/x\"\n").count == 1)
    }

    @Test func codeIsSeenWithoutCommentsAndTexts() {
        let text = "let a = \"x \\\" // y\" // c\n/* b */ let b = 1 /* c\n d */ let c = 2\nlet t = \"\"\"\n  print(1)\n  \"\"\"\nlet d = 3"
        #expect(
            SourceFile(path: "a/b.swift", text: text).code.map { $0.trimmingCharacters(in: .whitespaces) }
                == ["let a =", "let b = 1", "let c = 2", "let t =", "", "", "let d = 3"])
    }
}
