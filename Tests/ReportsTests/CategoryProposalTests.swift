// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import Logging
import Testing

@testable import Reports

/// Categories proposed from words and place.
@Suite struct CategoryProposalTests {
    @Test func theNearestEquipmentSpeaksForItsCategories() {
        let tree = AppCity.tree
        #expect(CategoryProposal.prior([:], tree).isEmpty && CategoryProposal.prior(["lamp": 40], tree).isEmpty)
        let (foot, far) = (CategoryProposal.prior(["lamp": 0], tree), CategoryProposal.prior(["lamp": 30], tree))
        #expect(foot["dead-lamp"] == 4 && far["dead-lamp"] == 1.75)
        #expect(foot["pothole"] == nil && foot["old"] == nil, "a category that is bound to nothing, one that is retired")
        var categories = tree.categories
        categories.append(Category(code: "bench", title: Words("Banc", "Bench"), assetKind: "bench"))
        let more = CategoryTree(categories: categories, departments: tree.departments, bodies: tree.bodies, fallback: "front")
        // A bench between: the lamp behind it counts half.
        let both = CategoryProposal.prior(["lamp": 10, "bench": 0], more)
        #expect(both["bench"] == 4 && both["dead-lamp"] == 2.125)
    }

    /// A lamp at the place of the tests, and the app around it.
    private func city() async throws -> CitizenApp {
        let world = try await AppCity.make()
        let file = "id,kind,lon,lat\nL-1,lamp,5.0405,47.3220\n"
        _ = try AssetImport.run(Array(file.utf8), AssetImport.Options(file: "lamps.csv"), into: world.journal, at: AppCity.start)
        let lamp = try await world.journal.read { try AssetStore.find(Asset.ID("L-1")!, in: $0) }
        let number = try #require(lamp).number
        return CitizenApp(
            reports: world.reports, addresses: AddressShelf(journal: world.journal),
            assets: { _, kind in kind.text == "lamp" ? [number] : [] })
    }

    @Test func wordsAndPlaceArePutTogether() async throws {
        let app = try await city()
        let (here, away) = (Place(longitude: 5.0405, latitude: 47.3220), Place(longitude: 5.0505, latitude: 47.3220))
        func codes(_ text: String, _ place: Place?) async throws -> [String] { try await app.proposals(text, at: place).map(\.code) }
        #expect(try await codes("un nid de poule", nil).first == "pothole")
        #expect(try await codes("", here) == ["dead-lamp"])
        for (text, place) in [("", away), ("", nil), ("xyzzy", away)] { #expect(try await codes(text, place).isEmpty, "\(text)") }
        // Clear words count more than what stands near.
        #expect(try await codes("un nid de poule", here) == ["pothole"])
        // What only staff may choose is not proposed.
        #expect(try await !codes("interne", nil).contains("secret"))
    }

    @Test func aBrowserWithAndWithoutScriptsIsToldOfThem() async throws {
        let app = try await city()
        let nobody = AccountPort(
            account: { _ in nil }, session: { _ in nil }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in },
            endSessions: { _ in }, changePassword: { _, _, _ in })
        let site = Site(
            settings: SiteSettings(), accounts: nobody, clock: app.reports.clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        app.add(to: site)
        try await Application(responder: site.responder()).test(.router) { client in
            func post(_ path: String, _ type: String, _ body: String) async throws -> TestResponse {
                try await client.execute(uri: path, method: .post, headers: [.contentType: type], body: ByteBuffer(string: body))
            }
            let form = "application/x-www-form-urlencoded"
            let guess = try await post("/api/app/guess", form, "q=nid%20de%20poule&near=5.0405,47.3220")
            #expect(
                String(buffer: guess.body)
                    == #"{"guesses":[{"category":"pothole","title":"Voirie › Nid-de-poule"}]}"#
            )
            let near = try await post("/api/app/guess", form, "q=&near=5.0405,47.3220")
            #expect(String(buffer: near.body) == #"{"guesses":[{"category":"dead-lamp","title":"Éclairage › Lampadaire éteint"}]}"#)
            for odd in ["", "q=&near=x", "q=xyzzy&near=999,999"] {
                #expect(try await String(buffer: post("/api/app/guess", form, odd).body) == #"{"guesses":[]}"#, "\(odd)")
            }
            // Without scripts, sent without a category: the page that asks for it has the proposals first, each once.
            let fields = [("key", "0123456789abcdef"), ("address", "12 rue des Forges"), ("description", "un gros nid de poule")]
            let parts = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }.joined() + "--b--\r\n"
            let again = try await post("/app", "multipart/form-data; boundary=b", parts)
            let page = String(buffer: again.body)
            #expect(again.status == .unprocessableContent && page.contains("D&#39;après vos mots"))
            #expect(page.ranges(of: "id=\"category-pothole\"").count == 1 && page.contains("name=\"a.pothole.where\""))
            let (proposed, tree) = (page.range(of: "category-pothole")?.lowerBound, page.range(of: "<details")?.lowerBound)
            #expect(proposed != nil && tree != nil && proposed! < tree!)
            #expect(page.contains("un gros nid de poule"))
        }
    }
}
