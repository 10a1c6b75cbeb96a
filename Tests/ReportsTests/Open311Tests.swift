// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import Testing

@testable import Reports

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct Open311Tests {
    private let now = World.start

    private func form(_ fields: KeyValuePairs<String, String>) -> Form { Form(fields.map { ($0.key, $0.value) }) }

    private func text(_ document: Open311Document, _ root: String, _ format: Open311Format) -> String {
        String(decoding: format.write(document, root: root), as: UTF8.self)
    }

    // MARK: The two forms

    @Test func oneDocumentIsWrittenAsXMLAndAsJSON() {
        let document: Open311Document = .list(
            item: "request",
            [.object([.init("service_request_id", .text("1-B")), .init("lat", .number(47.5)), .init("media_url", .nothing)])])
        #expect(
            text(document, "service_requests", .xml)
                == """
                <?xml version="1.0" encoding="utf-8"?>
                <service_requests><request><service_request_id>1-B</service_request_id><lat>47.5</lat><media_url/></request></service_requests>

                """)
        #expect(text(document, "service_requests", .json) == "[{\"service_request_id\":\"1-B\",\"lat\":47.5,\"media_url\":null}]")
    }

    @Test func whatAStrangerWroteCannotLeaveItsElement() throws {
        let hostile = "</description><x a=\"1\">&amp; \u{0}\u{1F}\u{FFFE}]]> é🙂 '\"\r\n"
        let xml = Open311Format.xml.write(.text(hostile), root: "description")
        let reader = Reader()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.names == ["description"])
        #expect(reader.text == "</description><x a=\"1\">&amp; ]]> é🙂 '\"\r\n")
        let json = try JSONSerialization.jsonObject(with: Data(Open311Format.json.write(.list(item: "x", [.text(hostile)]), root: "")))
        #expect(json as? [String] == [hostile])
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var names: [String] = []
        var text = ""
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) { names.append(name) }
        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test func servicesAndDefinitionsAreThoseOfTheTree() {
        let services = text(Open311Translation.services(World.tree, .english), "services", .json)
        #expect(services.hasPrefix("[{\"service_code\":\"pothole\",\"service_name\":\"Pothole\",\"description\":\"Roads › Pothole\","))
        #expect(services.contains("\"metadata\":true,\"type\":\"realtime\",\"keywords\":\"trou, ornière\",\"group\":\"Roads\""))
        #expect(!services.contains("\"old\""))
        #expect(!services.contains("\"roads\""))
        let definition = text(
            Open311Translation.definition(World.tree["pothole"]!, World.tree, .french), "service_definition", .xml)
        #expect(
            definition.contains("<service_code>pothole</service_code><attributes><attribute><variable>true</variable><code>width</code>"))
        #expect(definition.contains("<datatype>number</datatype><required>false</required>"))
        #expect(
            definition.contains(
                "<datatype>singlevaluelist</datatype><required>true</required><datatype_description/><order>2</order><description>Où ?</description>"
                    + "<values><value><key>lane</key><name>chaussée</name></value>"))
    }

    // MARK: Reading

    @Test(arguments: [
        ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z"), ("2026-11-21T08:00:00+01:00", "2026-11-21T07:00:00Z"),
        ("2026-11-21T08:00:00 01:00", "2026-11-21T07:00:00Z"), ("2026-11-21T08:00:00-0530", "2026-11-21T13:30:00Z"),
        ("2024-02-29T23:59:59.250Z", "2024-02-29T23:59:59.250Z"), ("1994-11-05T08:15:30-05:00", "1994-11-05T13:15:30Z"),
    ]) func datesAreReadWithTheirOffset(text: String, is: String) { #expect(Open311Translation.instant(text)?.iso8601 == `is`) }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T08:00:00Zx", "2026-11-21T08:00:00+1:00", "2026-11-21T08:00:00.Z", "2026-11-21T08:00:00+01:00:00",
        "９026-11-21T08:00:00Z",
    ]) func aDateThatIsNoneIsRefused(text: String) { #expect(Open311Translation.instant(text) == nil) }

    @Test func aListSpansNinetyDaysAtMost() throws {
        func dates(_ fields: KeyValuePairs<String, String>) throws -> (String, String) {
            let (from, to) = try Open311Translation.dates(form(fields), now: now)
            return (from.iso8601, to.iso8601)
        }
        #expect(try dates([:]) == ("2026-08-23T08:00:00Z", "2026-11-21T08:00:00Z"))
        #expect(try dates(["start_date": "2026-01-01T00:00:00Z"]) == ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"))
        #expect(try dates(["end_date": "2026-04-01T00:00:00Z"]) == ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"))
        #expect(
            try dates(["start_date": "2020-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:00Z"])
                == ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"))
        #expect(throws: Open311Translation.Fault.self) {
            try dates(["start_date": "2026-04-02T00:00:00Z", "end_date": "2026-04-01T00:00:00Z"])
        }
    }

    @Test func aQueryIsReadStrictly() throws {
        func query(_ fields: KeyValuePairs<String, String>) throws -> Open311Translation.Query {
            try Open311Translation.query(form(fields), tree: World.tree, now: now)
        }
        #expect(try query([:]).isOpen == nil)
        #expect(try query(["status": "open"]).isOpen == true)
        #expect(try query(["status": "open,closed"]).isOpen == nil)
        #expect(try query(["service_code": "pothole, graffiti"]).codes == ["pothole", "graffiti"])
        #expect(try query(["service_request_id": "\(ReportReference(Report.Number(12))),7"]).ids == [Report.Number(12), Report.Number(7)])
        for (fields, code) in [
            (["status": "half"], 400), (["page": "0"], 400), (["page_size": "1001"], 400), (["page": "1e3"], 400),
            (["service_code": "nothing"], 404),
            (["service_request_id": "abc"], 404), (["start_date": "yesterday"], 400),
            (["service_request_id": Array(repeating: "1", count: 101).joined(separator: ",")], 400),
        ] as [(KeyValuePairs<String, String>, Int)] {
            #expect { try query(fields) } throws: { ($0 as? Open311Translation.Fault)?.code == code }
        }
    }

    @Test func aPostBecomesADraft() throws {
        let draft = try Open311Translation.draft(
            form([
                "service_code": "pothole", "lat": "47.3220", "long": "5.0405", "address_string": "12 rue des Forges",
                "description": "Un trou",
                "attribute[where]": "lane", "attribute[width]": "", "first_name": "Ada", "last_name": "Roy", "email": "ada@example.org",
                "phone": "0380000000", "media_url": "https://example.org/a.jpg",
            ]), tree: World.tree)
        #expect(draft.category == "pothole")
        #expect(draft.place == World.forges)
        #expect(draft.answers == ["where": "lane"])
        #expect(draft.description == "Un trou\nmedia_url: https://example.org/a.jpg")
        #expect(draft.contact == ReportContact(name: "Ada Roy", email: "ada@example.org", phone: "0380000000"))
        #expect(draft.channel == .open311)
        #expect(ReportRules.faults(draft, World.tree).isEmpty)
    }

    @Test func aPostThatIsWrongIsRefusedWithItsCode() throws {
        for (fields, code) in [
            ([:], 400), (["service_code": "nothing"], 404), (["service_code": "old"], 404), (["service_code": "roads"], 404),
            (["service_code": "pothole", "lat": "abc", "long": "5"], 400), (["service_code": "pothole", "lat": "47"], 400),
            (["service_code": "pothole", "lat": "99", "long": "5"], 400), (["service_code": "pothole", "lat": "nan", "long": "inf"], 400),
            (["service_code": "pothole", "attribute[none]": "1"], 400), (["service_code": "pothole", "attribute[where": "1"], 400),
            (["service_code": "pothole", "attribute[where]": "lane", "attribute[where][]": "path"], 400),
            (["service_code": "pothole", "media_url": "file:///etc/passwd"], 400),
        ] as [(KeyValuePairs<String, String>, Int)] {
            #expect { try Open311Translation.draft(form(fields), tree: World.tree) } throws: {
                ($0 as? Open311Translation.Fault)?.code == code
            }
        }
    }

    // MARK: What the public sees

    @Test func nothingThatSomebodyTypedIsShownUntilAPersonReleasedIt() async throws {
        let world = try await World.make()
        let receipt = try await world.reports.create(
            World.pothole(contact: ReportContact(name: "Ada Roy", email: "ada@example.org"), description: "Chez Madame Roy"))
        func shown() async throws -> String {
            let report = try #require(try await world.reports.report(receipt.report.number))
            let shown = try await world.reports.ground.current().forOthers(report, World.tree)
            return text(Open311Translation.request(shown, World.tree, expected: nil, media: "", .english), "request", .json)
        }
        let before = try await shown()
        #expect(!before.contains("Roy") && !before.contains(/\bada\b/) && !before.contains("12 rue"))
        #expect(before.contains("\"address\":\"Rue des Forges\""))
        #expect(
            before.contains("\"status\":\"open\",\"status_notes\":\"Received\",\"service_name\":\"Pothole\",\"service_code\":\"pothole\""))
        #expect(before.contains("\"lat\":47.322,\"long\":5.0405"))
        _ = try await world.reports.act(.release(true), on: receipt.report.number, by: .staff("op"))
        let after = try await shown()
        #expect(after.contains("Chez [nom masqué]") && after.contains("12 rue des Forges") && !after.contains("ada@"))
        _ = try await world.reports.act(.release(true, showing: ["Madame Roy"]), on: receipt.report.number, by: .staff("op"))
        #expect(try await shown().contains("Chez Madame Roy"))
    }

    @Test func listsAreFilteredPagedAndTellNothingOfHiddenCategories() async throws {
        var categories = World.tree.categories
        categories.append(Category(code: "distress", parent: "cleaning", title: Words("Détresse", "Distress"), visibility: .sender))
        let tree = CategoryTree(
            categories: categories, departments: World.tree.departments, bodies: World.tree.bodies, rules: [], fallback: "front")
        let world = try await World.make(tree: tree)
        var numbers: [Report.Number] = []
        for (i, code) in ["pothole", "graffiti", "distress", "graffiti"].enumerated() {
            world.setTime(World.start + .days(Int64(i)))
            var draft = World.pothole()
            (draft.category, draft.answers) = (code, code == "pothole" ? ["where": "lane"] : [:])
            numbers.append(try await world.reports.create(draft).report.number)
        }
        _ = try await world.reports.act(.reject(reason: "Rien vu"), on: numbers[1], by: .staff("op"))
        let codes = tree.categories.filter(Open311Translation.isPublic).map(\.code)
        func list(_ change: (inout Open311Translation.Query) -> Void) async throws -> [Report.Number] {
            var query = Open311Translation.Query(from: World.start - .days(1), to: World.start + .days(30))
            change(&query)
            let wanted = query
            return try await world.journal.read { try Open311Store.list(wanted, codes: codes, in: $0) }.map(\.number)
        }
        #expect(try await list { _ in } == [numbers[3], numbers[1], numbers[0]])
        #expect(try await list { $0.isOpen = true } == [numbers[3], numbers[0]])
        #expect(try await list { $0.isOpen = false } == [numbers[1]])
        #expect(try await list { $0.codes = ["graffiti"] } == [numbers[3], numbers[1]])
        #expect(try await list { $0.ids = [numbers[2], numbers[0]] } == [numbers[0]])
        #expect(try await list { ($0.size, $0.page) = (2, 2) } == [numbers[0]])
        #expect(try await list { $0.to = World.start + .hours(1) } == [numbers[0]])
        let updates = try await world.journal.read {
            try Open311Store.updates(from: World.start, to: World.start + .days(9), codes: codes, limit: 100, in: $0)
        }
        #expect(updates.map(\.number) == [numbers[0], numbers[1], numbers[1], numbers[3]])
        #expect(updates[2].event.what == .rejected)
        let bulk = try await world.journal.read { try Open311Store.page(after: 0, codes: codes, limit: 10, in: $0) }
        #expect(bulk.map(\.number) == [numbers[0], numbers[1], numbers[3]])
    }

    @Test func openDataTellsNothingOfAPersonAndIsWellFormed() async throws {
        let world = try await World.make()
        var draft = World.pothole(contact: ReportContact(name: "Ada Roy", phone: "0380000000"), description: "=1+1 Madame Roy")
        draft.address = "chez Ada Roy"
        let report = try await world.reports.create(draft).report
        let row = OpenDataRow(report: report, title: Words("Nid, \"poule\"", "Pothole"))
        for line in [row.csv(.french), row.geoJSON(.french)] {
            for secret in ["Roy", "0380", report.reporter] { #expect(!line.contains(secret), "\(line)") }
        }
        #expect(row.csv(.french).contains(",\"Nid, \"\"poule\"\"\",open,received,2026-11-21T08:00:00Z,"))
        #expect(row.csv(.french).hasSuffix(",app,21231,roads,5.040500,47.322000\r\n"))
        let feature = try #require(
            try JSONSerialization.jsonObject(with: Data(row.geoJSON(.english).utf8)) as? [String: Any])
        #expect((feature["geometry"] as? [String: Any])?["coordinates"] as? [Double] == [5.0405, 47.322])
        #expect(CSV.cell("=HYPERLINK(1)", separator: ",") == "'=HYPERLINK(1)")
        #expect(CSV.cell("-4.5", separator: ",") == "-4.5")
    }

    // MARK: Hostile input

    /// Whatever is sent, reading ends with a value or a fault of 400 or 404.
    @Test func anyFieldsAreReadOrRefused() throws {
        var random = SplitMix(seed: 311)
        let names = [
            "service_code", "lat", "long", "attribute[where]", "attribute[", "attribute[]", "attribute[where][]", "status", "page",
            "page_size",
            "start_date", "end_date", "service_request_id", "media_url", "email", "phone", "description", "api_key", "",
        ]
        let values = [
            "", "pothole", "graffiti", "lane", "1", "-1", "1e999", "99999999999999999999", "0x1F", "١٢", "nan", "open", "closed,open",
            ",,,",
            "\u{0}", "<a>&", "2026-11-21T08:00:00Z", "2026-99-99T99:99:99+99:99", "é\u{301}\u{301}", String(repeating: "a", count: 5_000),
            "https://x", "javascript:1", "%00", "'; DROP TABLE report; --", "1-A", "1042-K",
        ]
        for _ in 0..<20_000 {
            let fields = (0..<random.below(8)).map { _ in
                (name: names[Int(random.below(UInt64(names.count)))], value: values[Int(random.below(UInt64(values.count)))])
            }
            for read in [
                { _ = try Open311Translation.draft(Form(fields), tree: World.tree) },
                { _ = try Open311Translation.query(Form(fields), tree: World.tree, now: World.start) },
            ] {
                do { try read() } catch let fault as Open311Translation.Fault { #expect([400, 404].contains(fault.code)) }
            }
        }
    }
}
