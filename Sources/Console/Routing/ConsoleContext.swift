// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Hummingbird
import NIOCore

/// What is known of a request while it is answered: who asks, in which language, and from where.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Nil before sign-in.
    package var person: Person?
    /// Set with `person`; the record of the session that the cookie names. Nil where an API key was shown.
    package var session: SessionRecord?
    package var audience = Audience()
    package var theme = Theme.auto
    /// The token that every unsafe form carries (`csrfField`).
    package var csrf = ""
    /// The token as a page carries it: masked anew each time that it is asked for.
    var formToken: String { csrf.isEmpty ? "" : Tokens.masked(csrf) }
    /// Path and query as asked for, `/console/alarms?state=standing`.
    package var address = "/"
    /// The peer's IP address; behind a trusted proxy the one that it reports.
    package var peer = ""
    /// The time of the request, from the site's clock.
    package var now = Instant.distantPast
    /// Fields of the query string.
    package var query = Form()
    package var settings = SiteSettings()
    var furniture = Furniture()
    /// The newest event of the live feed before anything was read for the answer.
    var newest: UInt64 = 0
    /// The browser's User-Agent, for the list of sessions.
    var agent = ""
    let socketPeer: String
    /// The connection, for answers that never end (`LiveOutlet`).
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        socketPeer = source.channel.remoteAddress?.ipAddress ?? ""
    }

    package var language: Language { audience.language }

    /// The address of a file of Web/dist with the hash of its content.
    package func assetAddress(_ name: String) -> String { furniture.assets.address(name) }
    /// A file of Web/dist by its name, to be served under an address of a desk's own; nil where there is none.
    package func asset(_ name: String) -> Bytes? { furniture.assets.find(name).map { Bytes($0.file.bytes, type: $0.file.type) } }
    /// Whom the peer is counted with where one may only ask so often: its address, of IPv6 its network.
    package var network: String { Lockout.network(peer) }

    /// The signed-in person. Routes of a `Desk` have one always.
    package func required() throws -> Person {
        guard let person else { throw Refused.signIn(at: address) }
        return person
    }

    /// Refuses where the person lacks this right on this trade in this commune (nil: anywhere).
    @discardableResult
    package func require(_ right: Right, _ trade: String, in commune: String? = nil) throws -> Person {
        let person = try required()
        guard person.may(right, trade, in: commune) else { throw Refused.forbidden(right, trade, commune: commune) }
        return person
    }

    /// Refuses where the person lacks this right on this trade over the whole territory: what the page tells has no communes.
    @discardableResult
    package func requireEverywhere(_ right: Right, _ trade: String) throws -> Person {
        let person = try required()
        guard person.mayEverywhere(right, trade) else { throw Refused.forbiddenInPart(right, trade) }
        return person
    }

    /// A number in the path: `/assets/{number}`; refused with 404 where it is none, since no such thing can exist.
    package func number(_ name: String) throws -> UInt32 {
        guard let text = parameters.get(name), let number = UInt32(text), String(number) == text else {
            throw Refused.notFound(address)
        }
        return number
    }

    package func text(_ name: String) throws -> String {
        guard let text = parameters.get(name).flatMap({ percentDecoded($0) }), !text.isEmpty, text.utf8.count <= 200,
            !text.utf8.contains(0)
        else {
            throw Refused.notFound(address)
        }
        return text
    }
}

package enum Theme: String, Sendable, CaseIterable { case auto, light, dark, wall, contrast }
