// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Testing

@Suite struct HTMLTests {
    @Test func textAndAttributesAreEscapedWhereverTheyStand() {
        let hostile = "<img src=x onerror=\"a\">&'\u{0}"
        let html = div(.title(hostile), .data("x", hostile)) { hostile }.string()
        let escaped = "&lt;img src=x onerror=&quot;a&quot;&gt;&amp;&#39;\u{FFFD}"
        #expect(html == "<div title=\"\(escaped)\" data-x=\"\(escaped)\">\(escaped)</div>")
    }

    @Test(arguments: [
        "javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:x", "//evil.example", "/\\evil.example",
        "data:text/html,x", "vbscript:x", "",
    ])
    func anAddressThatRunsOrLeadsAwayBecomesNothing(_ address: String) {
        #expect(a("x", .href(address)).string() == "<a href=\"#\">x</a>")
    }

    @Test func dataForScriptsCannotCloseItsElement() {
        let html = jsonData(id: "d", "{\"a\":\"</script><script>x\"}").string()
        #expect(html.hasSuffix("{\"a\":\"\\u003C/script>\\u003Cscript>x\"}</script>"))
    }

    @Test func onePageSpeaksBothLanguagesAndBothNumberStyles() {
        let part = HTML.of {
            p(Words("Éclairage", "Lighting"))
            p(HTML.quantity(1234.5, decimals: 1, unit: "kWh"))
            p(34_000)
        }
        #expect(part.string(for: Audience(.french)) == "<p>Éclairage</p><p>1\u{202F}234,5\u{A0}kWh</p><p>34\u{202F}000</p>")
        #expect(part.string(for: Audience(.english)) == "<p>Lighting</p><p>1,234.5\u{A0}kWh</p><p>34,000</p>")
    }

    @Test func timesAreThoseOfTheRoomsClockInSummerAndWinter() {
        let audience = Audience(.french)
        #expect(audience.dateAndTime(Instant(year: 2026, month: 11, day: 21, hour: 18, minute: 4)) == "21/11/2026 19:04:00")
        #expect(audience.dateAndTime(Instant(year: 2026, month: 7, day: 1, hour: 22, minute: 30)) == "02/07/2026 00:30:00")
    }

    @Test(arguments: [
        (-0.04, 1, "0,0"), (999.95, 1, "1\u{202F}000,0"), (-1234.5, 0, "−1\u{202F}235"), (.nan, 1, "–"), (.infinity, 0, "–"),
        (1e300, 2, "–"),
    ])
    func numbersRoundAndNeverTrap(_ value: Double, _ decimals: Int, _ text: String) {
        #expect(Audience(.french).number(value, decimals: decimals) == text)
    }

    @Test func aFormReadingGathersEachErrorAndTheRestStaysUsable() throws {
        var form = Form([("level", "101"), ("name", "  Rue  "), ("note", ""), ("ratio", "1,5"), ("id", "3,4"), ("id", "5")])
        let (name, ratio, numbers) = (form.text("name"), form.decimal("ratio", optional: 0...2), form.numbers("id", limit: 3))
        #expect(name == "Rue" && ratio == 1.5 && numbers == [3, 4, 5])
        _ = form.integer("level", 0...100)
        _ = form.text("note")
        #expect(form.errors.map(\.field) == ["level", "note"])
        let read = form
        #expect(throws: Refused.self) { try read.finish() }
        let tooMany = form.numbers("id", limit: 2)
        #expect(tooMany.isEmpty)
    }

    @Test func aQueryIsEscapedIntoItsAddress() {
        #expect(address("/a", ["q": "é&=# +", "none": nil, "b": "1"]) == "/a?q=%C3%A9%26%3D%23%20%2B&b=1")
    }

    @Test func metricsKeepToTheFormatWhateverTheLabelsHold() {
        var metrics = MetricsText()
        metrics.add(
            "vigie_x_total", .counter, "Two\nlines",
            [(labels: ["why": "a\"b\\c\nd", "bad-name": "é"], value: 3), (labels: [:], value: .infinity)])
        #expect(
            metrics.text == """
                # HELP vigie_x_total Two\\nlines
                # TYPE vigie_x_total counter
                vigie_x_total{why="a\\"b\\\\c\\nd",bad_name="é"} 3
                vigie_x_total +Inf

                """)
    }
}
