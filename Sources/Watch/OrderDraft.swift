// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Which assets an order is for.
package enum OrderSelection: Sendable, Hashable, Codable {
    case assets([Asset.Number])
    /// All below this node of the electrical tree: a cabinet, a feeder, a substation.
    case supply(Asset.Number)
    /// All that speak through this gateway.
    case gateway(Asset.Number)
    /// All of a commune, by INSEE code.
    case area(String)
    case group(Int64)
}

/// What somebody means to order; nothing happens yet.
package struct OrderDraft: Sendable, Hashable, Codable {
    package var command: Command
    package var selection: OrderSelection
    /// When it ends by itself; `Instant.distantFuture` where only somebody ends it.
    package var until: Instant
    package var reason: String
    /// `.operator`, `.incident` or `.safety`; the higher wins over the lower.
    package var authority: Authority
    /// The incident that it belongs to, or 0.
    package var incident: Int64

    package init(
        command: Command, selection: OrderSelection, until: Instant = .distantFuture, reason: String,
        authority: Authority = .operator, incident: Int64 = 0
    ) {
        (self.command, self.selection, self.until, self.reason) = (command, selection, until, reason)
        (self.authority, self.incident) = (authority, incident)
    }
}

/// Bounds of the order book.
package struct OrderLimits: Sendable, Hashable {
    /// Commands a second to one gateway, and how many may go at once after a pause.
    package var commandsPerSecond: Int
    package var burst: Int
    /// Commands in one message to a gateway, and its greatest size in bytes.
    package var commandsPerFrame: Int
    package var bytesPerFrame: Int
    /// Commands in one turn over all gateways, so that a city-wide order never holds up the readings.
    package var commandsPerTurn: Int
    /// How long an asset without a link may wait for one.
    package var reach: Span
    /// The most assets that one order may name.
    package var assets: Int
    /// How long a proposal may wait for its second person.
    package var proposal: Span

    package init(
        commandsPerSecond: Int = 400, burst: Int = 1000, commandsPerFrame: Int = 100, bytesPerFrame: Int = 16_384,
        commandsPerTurn: Int = 10_000, reach: Span = .minutes(30), assets: Int = 2_000_000, proposal: Span = .hours(1)
    ) {
        (self.commandsPerSecond, self.burst) = (max(1, commandsPerSecond), max(1, burst))
        (self.commandsPerFrame, self.bytesPerFrame) = (max(1, commandsPerFrame), max(256, bytesPerFrame))
        self.commandsPerTurn = max(1, commandsPerTurn)
        (self.reach, self.assets, self.proposal) = (reach, assets, proposal)
    }
}

/// Why the book did not do what was asked.
package enum OrderError: Error, Sendable, Hashable {
    case nothingSelected
    case tooMany(count: Int, most: Int)
    case badLevel(UInt8)
    case untilIsPast
    case noReason
    case badAuthority
    /// The communes in which the person may not operate.
    case noRight(communes: [String])
    case nothingToSend(blocked: Int)
    case unknownOrder(UInt64)
    case unknownGroup(Int64)
    case badName
    /// Approving one's own order.
    case samePerson
    case notProposed
    case alreadyEnded
    /// A program's key was used before, for another order.
    case otherOrderUnderKey(UInt64)

    package var words: Words {
        switch self {
        case .nothingSelected:
            Words("La sélection ne contient aucun équipement à commander.", "The selection holds nothing that can be ordered.")
        case .tooMany(let count, let most):
            Words("\(count) équipements : un ordre en prend \(most) au plus.", "\(count) assets: an order takes \(most) at most.")
        case .badLevel(let level): Words("Niveau \(level) % : donner 0 à 100.", "Level \(level)%: give 0 to 100.")
        case .untilIsPast: Words("La fin de l'ordre est déjà passée.", "The order's end is already past.")
        case .noReason: Words("Donner un motif (500 caractères au plus).", "Give a reason (at most 500 characters).")
        case .badAuthority:
            Words("Un ordre est d'opérateur, d'incident ou de sécurité.", "An order is an operator's, an incident's or for safety.")
        case .noRight(let communes):
            Words(
                "Vous n'avez pas le droit de commander dans : \(communes.joined(separator: ", ")).",
                "You may not operate in: \(communes.joined(separator: ", ")).")
        case .nothingToSend(let blocked):
            Words("Rien à envoyer : \(blocked) équipements sont verrouillés.", "Nothing to send: \(blocked) assets are interlocked.")
        case .unknownOrder(let id): Words("L'ordre \(id) n'existe pas ou est clos.", "Order \(id) does not exist or has ended.")
        case .unknownGroup(let id): Words("Le groupe \(id) n'existe pas.", "Group \(id) does not exist.")
        case .badName:
            Words("Le nom du groupe a 1 à 80 caractères et n'est pas déjà pris.", "A group's name has 1 to 80 characters and is not taken.")
        case .samePerson:
            Words("Une autre personne doit approuver cet ordre.", "Another person must approve this order.")
        case .notProposed: Words("Cet ordre n'attend pas d'approbation.", "This order does not wait for approval.")
        case .otherOrderUnderKey(let id):
            Words("Cette clé d'idempotence a servi à un autre ordre : le \(id).", "This idempotency key was used for another order: \(id).")
        case .alreadyEnded: Words("Cet ordre est déjà terminé.", "This order has already ended.")
        }
    }
}
