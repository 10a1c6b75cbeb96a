// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@Suite struct TelephoneTests {
    @Test func oneLineHasOneNumberHoweverItIsWritten() {
        for text in ["03 80 12 34 56", "+33 3 80 12 34 56", "0033380123456", "03.80.12.34.56", "+33 (0)3 80 12 34 56"] {
            #expect(Telephone.digits(text) == "0380123456", "\(text)")
        }
        for text in ["12", "0380'; DROP", "１２３４５６", String(repeating: "1", count: 16)] {
            #expect(Telephone.digits(text) == nil, "\(text)")
        }
    }

    @Test(arguments: ["a@b.fr", "jean.dupont+x@mairie.example.org", "é@exemple.fr"])
    func anAddressIsTaken(text: String) { #expect(EmailText.isAddress(text)) }

    @Test(arguments: ["a@b", "@b.fr", "a@b.fr\r\nBcc: x@y.z", "a b@c.fr", "a@.fr", "a@b.fr.", "<a@b.fr>", "a@b@c.fr", "a,b@c.fr"])
    func whatIsNoAddressIsNot(text: String) { #expect(!EmailText.isAddress(text)) }
}
