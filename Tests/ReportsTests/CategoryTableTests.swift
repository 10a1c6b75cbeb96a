// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Reports

@Suite struct CategoryTableTests {
    private func read(_ text: String) -> CategoryTable { CategoryTable(Array(text.utf8), before: World.tree) }

    @Test func whatIsWrittenIsReadBackTheSame() {
        let table = read(CategoryTable.csv(World.tree))
        #expect(table.problems.isEmpty)
        let open = World.tree.categories.filter { !$0.isRetired }
        #expect(table.categories.sorted { $0.code < $1.code } == open.sorted { $0.code < $1.code }, "questions and communes stay")
        #expect(table.tree.rules == World.tree.rules && table.lines["pothole"] != nil)
    }

    @Test func linesStandInAnyOrderAndColumnsToo() {
        let table = read(
            "\u{FEFF}en,fr,code,parent,delay,words\r\nPothole,Trou,pothole,roads,3 d,trou | ornière\r\nRoads,Voirie,roads,,,\r\n")
        #expect(table.problems.isEmpty)
        #expect(table.categories.map(\.code) == ["roads", "pothole"])
        #expect(table.categories[1].delay == .days(3) && table.categories[1].words == ["trou", "ornière"])
        #expect(table.categories[1].urgency == .shift, "a column that is not there changes nothing")
    }

    @Test(arguments: [
        ("", "empty"), ("code;fr\r\na;A\r\n", "no column 'en'"), ("code;fr;en;colour\r\n", "'colour' is unknown"),
        ("code;fr;en;delay\r\na;A;A;soon\r\n", "delay: 'soon'"), ("code;fr;en;urgency\r\na;A;A;x\r\n", "urgency: 'x'"),
        ("code;fr;en;visibility\r\na;A;A;all\r\n", "visibility: 'all'"), ("code;fr;en;precision\r\na;A;A;near\r\n", "precision: 'near'"),
        ("code;fr;en\r\na;A;A;A\r\n", "4 cells"),
        ("code;fr;en;parent\r\na;A;A;b\r\nb;B;B;a\r\n", "hangs on itself"), ("code;fr;en\r\n\"a;A;A\r\n", "quote"),
        ("code;fr;en;parent\r\na;A;A;\r\nb;B;B;a\r\nc;C;C;b\r\nd;D;D;c\r\n", "deeper than three"),
    ])
    func whatIsWrongIsSaidWithItsLine(text: String, reason: String) {
        let problems = read(text).problems
        #expect(problems.contains { $0.reason.contains(reason) && $0.line > 0 }, "\(problems)")
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(CategoryTable([0x63, 0xFF], before: World.tree).problems.first?.reason == "the file is not UTF-8")
    }
}
