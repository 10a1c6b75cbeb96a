// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Testing

@testable import vigie

@Suite struct ImportMappingFileTests {
    @Test func aMappingIsReadFromYAML() throws {
        let mapping = try ImportMappingFile.parse(
            """
            fields:
              id: "L-{numero:6}"
              kind: { constant: lamp }
              power: { column: P_KW, unit: kW }
              lon: X_L93
            attributes:
              height: { column: H, scale: 0.01 }
            missing: ["n/c"]
            separator: ";"
            encoding: cp1252
            crs: lambert93
            """, name: "m.yaml")
        #expect(mapping.fields[.lon] == .init(.column("X_L93")))
        #expect(mapping.fields[.power] == .init(.column("P_KW"), factor: 1000))
        #expect(mapping.fields[.kind] == .init(.constant("lamp")))
        #expect(mapping.fields[.id] == Template("L-{numero:6}").map { .init(.template($0)) })
        #expect(mapping.attributes == ["height": .init(.column("H"), factor: 0.01)])
        #expect(mapping.missing.contains("n/c") && mapping.missing.contains("#N/A"))
        #expect(mapping.separator == 0x3B && mapping.encoding == .cp1252 && mapping.crs == .lambert93)
    }

    @Test func attributesAreAllOthersUnlessNoneAreWanted() throws {
        #expect(try ImportMappingFile.parse("fields: { id: a }", name: "m").attributes == nil)
        #expect(try ImportMappingFile.parse("attributes: none", name: "m").attributes == [:])
        #expect(try ImportMappingFile.parse("separator: tab", name: "m").separator == 0x09)
        #expect(try ImportMappingFile.parse("crs: auto\nencoding: auto", name: "m").crs == nil)
    }

    @Test(arguments: [
        ("fileds: {}", "m:1: 'fileds' is not known here", "nearest is fields"),
        ("fields:\n  id: a\n  longitude: x", "m:3: 'longitude' is not known here", "lon"),
        ("fields: { id: \"{\" }", "is no template", "braces"), ("fields: { id: { unit: kW } }", "neither column", "column"),
        ("fields: { power: { column: a, unit: horse } }", "the unit 'horse'", "kW"),
        ("fields: { id: [a] }", "a list says nothing", "column"),
        ("separator: \";;\"", "the separator", "tab"), ("encoding: latin", "the encoding", "cp1252"),
        ("crs: mars", "no coordinate system", "lambert93"),
        ("[1", "not YAML", "fields"), ("words", "holds no settings", "fields"),
    ])
    func aMappingThatIsWrongSaysWhereAndWhatWouldBeRight(_ text: String, _ reason: String, _ right: String) {
        #expect {
            _ = try ImportMappingFile.parse(text, name: "m")
        } throws: { error in
            guard let problem = error as? ImportProblem else { return false }
            return problem.reason.contains(reason) && problem.right.contains(right)
        }
    }

    @Test func progressIsABarOnATerminalAndLinesElsewhere() {
        let time = Moving()
        for (isTerminal, expected) in [(true, "\r\u{1B}[K"), (false, "reading: 100 %\n")] {
            let out = Written()
            let line = ProgressLine(clock: Clock { time.now }, isTerminal: isTerminal) { out.text += $0 }
            for step in 0...100 {
                time.now = time.now + .milliseconds(10)
                line.show("reading", step, 100)
            }
            line.finish()
            #expect(out.text.contains(expected), "\(out.text)")
            // A hundred steps in a second are not a hundred lines.
            #expect(out.text.split(separator: isTerminal ? "\r" : "\n").count < 15)
        }
    }

    // One test at a time writes these.
    private final class Moving: @unchecked Sendable { var now = Instant(seconds: 1_000_000) }
    private final class Written: @unchecked Sendable { var text = "" }
}
