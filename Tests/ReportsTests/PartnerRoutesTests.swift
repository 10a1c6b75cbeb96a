// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Testing

@testable import Reports

@Suite struct PartnerRoutesTests {
    @Test func aPartnerIsSetUpCheckedMappedAndUsed() async throws {
        let room = try await Room.make()
        let house = try await OtherHouse(format: .json)
        house.answers["GET /v2/services.json"] = .say(
            200, #"[{"service_code":"trou","service_name":"Pothole","metadata":false},{"service_code":"x","service_name":"<b>"}]"#)
        house.answers["GET /v2/discovery.json"] = .say(200, #"{"endpoints":[{"idempotency":"Idempotency-Key"}]}"#)
        try await room.with { ada in
            #expect(try await ada.get("/console/partners").text.contains("DIR Centre-Est"))
            #expect(try await ada.get("/console/partners/@dir").status == .ok)
            #expect(try await ada.get("/console/partners/@nobody").status == .notFound)
            #expect(try await ada.like("bob").get("/console/partners").status == .forbidden)
            for wrong in ["ftp://x/y", "nonsense", "http://127.0.0.1/v2?x=1", ""] {
                #expect(try await ada.post("/console/partners/@dir", ["url": wrong]).status == .unprocessableContent, "\(wrong)")
            }
            let address = "http://127.0.0.1:\(house.port)/v2/"
            #expect(try await ada.post("/console/partners/@dir", ["url": address, "key": "s3cret-key"]).status == .seeOther)
            let page = try await ada.get("/console/partners/@dir").text
            #expect(!page.contains("s3cret-key") && page.contains("A key is kept") && page.contains("&lt;b&gt;"))
            #expect(page.contains("value=\"trou\" selected"), "what has the same name is proposed")
            #expect(try await ada.post("/console/partners/@dir/map", ["map-pothole": "none"]).status == .unprocessableContent)
            #expect(try await ada.post("/console/partners/@dir/map", ["map-pothole": "trou"]).status == .seeOther)
            let kept = try await room.world.journal.read {
                (try PartnerStore.find("@dir", in: $0), try PartnerStore.key(of: "@dir", in: $0))
            }
            #expect(kept.0?.mapping == ["pothole": "trou"] && kept.0?.isKeyed == true && kept.0?.trouble == "" && kept.1 == "s3cret-key")

            let report = try await room.world.reports.create(PartnerTests.onTheMotorway(contact: PartnerTests.agreed)).report
            let sheet = "/console/reports/\(report.reference)"
            let form = try await ada.get(sheet).text
            #expect(form.contains("Send to another body") && form.contains("forward-contact") && form.contains("forward-text"))
            #expect(try await ada.post("\(sheet)/acts", ["act": "forward", "forward-partner": "roads"]).status == .unprocessableContent)
            #expect(try await ada.post("\(sheet)/acts", ["act": "forward", "forward-partner": "@dir"]).status == .seeOther)
            #expect(try await ada.get(sheet).text.contains("to be sent"))
            #expect(try await ada.post("\(sheet)/forwards/1/again", [:]).status == .conflict, "nothing is to be decided")
            try await room.world.journal.write { try ForwardStore.set(.unclear, 1, trouble: "<cut>", due: World.start, in: $0) }
            let unclear = try await ada.get(sheet).text
            #expect(unclear.contains("Their number, if they have it") && unclear.contains("&lt;cut&gt;"))
            #expect(try await ada.get("/console/partners").text.contains("\(report.reference)"))
            #expect(try await ada.post("\(sheet)/forwards/1/number", ["theirs": "a b"]).status == .unprocessableContent)
            #expect(try await ada.post("\(sheet)/forwards/2/number", ["theirs": "77"]).status == .notFound)
            #expect(try await ada.post("\(sheet)/forwards/1/number", ["theirs": "77"]).status == .seeOther)
            #expect(try await ada.get(sheet).text.contains("77"))

            // A key belongs to the server that gave it.
            #expect(try await ada.post("/console/partners/@dir", ["url": "http://127.0.0.1:1/v2"]).status == .seeOther)
            let moved = try await room.world.journal.read {
                (try PartnerStore.find("@dir", in: $0), try PartnerStore.key(of: "@dir", in: $0))
            }
            #expect(moved.1 == "" && moved.0?.trouble != "" && moved.0?.mapping == ["pothole": "trou"])
            #expect(try await ada.post("/console/partners/@dir/remove", [:]).status == .seeOther)
            #expect(try await room.world.journal.read { try PartnerStore.all(in: $0) }.isEmpty)
        }
        await house.close()
    }
}
