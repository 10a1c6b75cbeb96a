// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Console

@Suite struct RefusalPageTests {
    @Test(arguments: [
        ("https://room.city.fr/console/orders/new?a=1", "room.city.fr", "/console/orders/new?a=1"),
        ("http://127.0.0.1:8080/console/alarms", "127.0.0.1:8080", "/console/alarms"),
        ("https://elsewhere.fr/console", "room.city.fr", nil), ("https://room.city.fr.evil.fr/x", "room.city.fr", nil),
        ("https://room.city.fr//evil.fr/x", "room.city.fr", nil), ("javascript:alert(1)", "room.city.fr", nil),
        ("https://room.city.fr", "room.city.fr", nil),
    ])
    func theWayBackIsAPageOfThisSite(referer: String, authority: String, back: String?) {
        #expect(RefusalPage.back(from: referer, authority: authority) == back)
        #expect(RefusalPage.back(from: nil, authority: authority) == nil && RefusalPage.back(from: referer, authority: nil) == nil)
    }

    @Test func aRunOfOneSampleIsADotAndValuesThatDifferByRoundingAreOneValue() {
        let start = Instant(seconds: 1_000_000)
        let sample = Chart.Sample(start + .minutes(5), 234.70000000000002, range: 234.7...234.7)
        let html = Chart(
            Words("Tension", "Voltage"), unit: "V", decimals: 1, lines: [.init(Words("Mesurée", "Measured"), [sample])], from: start,
            to: start + .hours(1), startsAtZero: false
        ).html.string()
        #expect(html.contains("h2\""), "a line of one point draws nothing")
        #expect(ChartAxis(from: 234.7, to: 234.70000000000002).ticks.count < 9 && ChartAxis(from: 234.7, to: 234.70000000000002).step > 1)
    }
}
