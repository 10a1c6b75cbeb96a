// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct SiteTests {
    let house = TestHouse()

    private func lighting(_ site: Site) {
        let desk = site.desk("lighting")
        desk.page("/console/lighting", "Lighting") { _, context in
            Page(title: Words("Éclairage", "Lighting"), place: "lighting") {
                p(Words("Bonjour", "Hello"))
                form(.method("post"), .action("/console/lighting/orders")) { HTML.csrf }
            }
        }
        desk.act("/console/lighting/orders", "Order") { form, context in
            var form = form
            _ = form.integer("level", 0...100)
            try form.finish()
            return SeeOther("/console/lighting")
        }
    }

    @Test func whoIsNotSignedInIsSentToSignInAndBack() async throws {
        try await house.with(house.site(routes: lighting)) { client in
            try await client.execute(uri: "/console/lighting?a=1", method: .get) { response in
                #expect(response.status == .seeOther)
                #expect(response.headers[.location] == "/sign-in?back=%2Fconsole%2Flighting%3Fa%3D1")
            }
        }
    }

    @Test func aPersonSignsInSeesThePageAndSignsOut() async throws {
        house.add("ada", [Grant(right: .operate, trade: "lighting")])
        try await house.with(house.site(routes: lighting)) { client in
            let page = try await client.executeRequest(uri: "/sign-in", method: .get, headers: [:], body: nil)
            #expect(page.status == .ok)
            let visit = try #require(page.cookie("vigie-visit"))
            let signIn = try await client.executeRequest(
                uri: "/sign-in", method: .post, headers: [.cookie: visit, .contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "csrf=\(page.csrf)&login=Ada&password=correct+horse+battery&back=/console/lighting"))
            #expect(signIn.status == .seeOther)
            #expect(signIn.headers[.location] == "/console/lighting")
            let session = try #require(signIn.cookie("vigie"))
            let inside = try await client.executeRequest(uri: "/console/lighting", method: .get, headers: [.cookie: session], body: nil)
            #expect(inside.text.contains("Bonjour"))
            #expect(inside.text.contains("Éclairage"))
            #expect(!inside.text.contains("Comptes"), "no right over accounts, no entry in the navigation")
            let order = try await client.executeRequest(
                uri: "/console/lighting/orders", method: .post,
                headers: [.cookie: session, .contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "csrf=\(inside.csrf)&level=60"))
            #expect(order.status == .seeOther)
            let out = try await client.executeRequest(
                uri: "/sign-out", method: .post, headers: [.cookie: session, .contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "csrf=\(inside.csrf)"))
            #expect(out.status == .seeOther)
            let after = try await client.executeRequest(uri: "/console/lighting", method: .get, headers: [.cookie: session], body: nil)
            #expect(after.status == .seeOther)
        }
        #expect(house.events.map(\.what) == [.signedIn, .signedOut])
    }
}
