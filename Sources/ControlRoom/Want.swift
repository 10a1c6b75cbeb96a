// SPDX-License-Identifier: EUPL-1.2

/// Why an asset is wanted as it is, highest first: safety > incident > operator > programme > default. The higher wins; the
/// lower ones are kept, so that the sheet can say who would win next and until when.
package enum Authority: UInt8, Sendable, Codable, Comparable, CaseIterable {
    case byDefault = 0, programme, `operator`, incident, safety
    package static func < (a: Authority, b: Authority) -> Bool { a.rawValue < b.rawValue }
}

/// One claim on an asset: 'be at 60 % until 05:00, because order 812 says so'.
package struct Want: Sendable, Hashable, Codable {
    package var authority: Authority
    /// Output in per cent of full, 0…100: 0 is off. (TALQ: `lampCommand.level`.)
    package var level: UInt8
    package var since: Instant
    /// `Instant.distantFuture` where it has no end.
    package var until: Instant
    /// The order that made it, or 0 for a programme.
    package var order: UInt64
    package init(authority: Authority, level: UInt8, since: Instant, until: Instant = .distantFuture, order: UInt64 = 0) {
        (self.authority, self.level, self.since, self.until, self.order) = (authority, level, since, until, order)
    }
}

/// What may be asked of a dimmable asset. `programme` gives it back to its programme.
package enum Command: Sendable, Hashable, Codable {
    case level(UInt8)
    case programme

    package static let on = Command.level(100)
    package static let off = Command.level(0)
}
