// SPDX-License-Identifier: EUPL-1.2

/// What a desk declares of one kind of asset: what it measures, what it can be, what can be wrong with it.
/// Everything generic (codec, board, historian, alarm book, map legend) works from this declaration.
package struct Kind: Sendable {
    package var name: Asset.KindName
    package var title: Words
    /// At most 16, in slot order: the slot is the index in this array and never changes once released.
    package var properties: [Property]
    /// At most 32; the bit of a condition is its index in this array and never changes once released.
    package var conditions: [Condition]
    /// At most 32 display states in legend order; code = index. The first is 'never heard'.
    package var states: [StateSpec]
    /// How often such a device speaks when nothing happens, unless its own attribute `period` says otherwise.
    package var period: Span
    /// What the inventory may know of such an asset beyond what every asset has; an attribute that is not declared is taken as it is.
    package var attributes: [AttributeSpec]

    package init(
        name: Asset.KindName, title: Words, properties: [Property], conditions: [Condition], states: [StateSpec], period: Span,
        attributes: [AttributeSpec] = []
    ) {
        precondition(properties.count <= 16 && conditions.count <= 32 && states.count <= 32)
        (self.name, self.title, self.properties) = (name, title, properties)
        (self.conditions, self.states, self.period) = (conditions, states, period)
        self.attributes = attributes
    }
}

extension [Kind] {
    /// A condition by the numbers that rows and records hold; nil where this program does not know it.
    package func declared(kind: UInt8, bit: UInt8) -> (kind: Kind, condition: Condition)? {
        guard Int(kind) < count, Int(bit) < self[Int(kind)].conditions.count else { return nil }
        return (self[Int(kind)], self[Int(kind)].conditions[Int(bit)])
    }
}

/// One quantity that devices of a kind report. Values travel as whole numbers scaled by ten to the `decimals`:
/// 38.2 W with one decimal is 382. That is exact, compact and the same on every machine.
package struct Property: Sendable, Hashable {
    /// The key in payloads, exports and queries: `power`.
    package var key: String
    package var title: Words
    /// SI or accepted unit as printed: `W`, `kWh`, `V`, `%`, `°C`, or '' for flags and counts.
    package var unit: String
    package var decimals: Int
    /// Values outside are refused as `outOfRange`; in scaled units.
    package var range: ClosedRange<Int32>
    /// `gauge` may be averaged over time, `counter` only grows, `flags` is a bit set.
    package var nature: Nature
    /// What each bit of a `flags` property says when it is set, lowest bit first; a bit beyond has no name.
    package var flags: [Words]

    package enum Nature: String, Sendable, Hashable { case gauge, counter, flags }

    package init(
        key: String, title: Words, unit: String, decimals: Int, range: ClosedRange<Int32>, nature: Nature = .gauge, flags: [Words] = []
    ) {
        (self.key, self.title, self.unit, self.decimals) = (key, title, unit, decimals)
        (self.range, self.nature, self.flags) = (range, nature, flags)
    }

    /// The names of the bits that are set, lowest first; `bit 6` for one without a name.
    package func names(ofFlags value: Int32) -> [Words] {
        (0..<32).filter { value & (1 << Int32($0)) != 0 }.map { flags.indices.contains($0) ? flags[$0] : Words("bit \($0)", "bit \($0)") }
    }

    /// The value in the property's unit.
    package func value(_ scaled: Int32) -> Double {
        var divisor = 1.0
        for _ in 0..<decimals { divisor *= 10 }
        return Double(scaled) / divisor
    }
}

/// One thing that can be wrong with an asset, as an alarm type (ISA-18.2 §10, rationalisation): each is documented where it
/// is declared, so that the operator reads cause, consequence and response on the spot.
package struct Condition: Sendable, Hashable {
    /// Stable name: `lamp.failure`.
    package var key: String
    package var title: Words
    package var cause: Words
    package var consequence: Words
    package var response: Words
    package var severity: Severity
    package var urgency: Urgency
    /// The condition must hold this long before the alarm is raised, and be gone this long before it returns.
    package var onDelay: Span
    package var offDelay: Span
    /// A latched alarm stays until acknowledged, even when the condition is gone.
    package var isLatching: Bool
    /// How such alarms gather under one root: by the electrical tree, the communication tree, or not at all.
    package var grouping: Grouping

    package enum Grouping: String, Sendable, Hashable { case supply, link, none }

    package init(
        key: String, title: Words, cause: Words, consequence: Words, response: Words, severity: Severity, urgency: Urgency,
        onDelay: Span = .seconds(0), offDelay: Span = .seconds(0), isLatching: Bool = false, grouping: Grouping = .none
    ) {
        (self.key, self.title, self.cause, self.consequence, self.response) = (key, title, cause, consequence, response)
        (self.severity, self.urgency, self.onDelay, self.offDelay) = (severity, urgency, onDelay, offDelay)
        (self.isLatching, self.grouping) = (isLatching, grouping)
    }
}

/// How bad it is if nobody acts.
package enum Severity: Int, Sendable, Codable, Comparable, CaseIterable {
    case minor = 0, moderate, major, safety
    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

/// How soon somebody must act: within days, within the shift, within the hour, at once.
package enum Urgency: Int, Sendable, Codable, Comparable, CaseIterable {
    case days = 0, shift, hour, now
    package static func < (a: Urgency, b: Urgency) -> Bool { a.rawValue < b.rawValue }
}

/// Alarm priority from consequence × urgency (ISA-18.2 §10.6; EEMUA 191 advises about 80 % low, 15 % medium, 5 % high).
package enum Priority: Int, Sendable, Codable, Comparable, CaseIterable {
    case low = 1, medium, high, critical

    package init(_ severity: Severity, _ urgency: Urgency) {
        switch severity.rawValue + urgency.rawValue {
        case ...2: self = .low
        case 3: self = .medium
        case 4: self = .high
        default: self = .critical
        }
    }

    package static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }

    /// The word in addresses, exports and style sheets: `high`.
    package var key: String { String(describing: self) }
}

/// One display state of a kind, as the legend and the map show it.
package struct StateSpec: Sendable, Hashable {
    package var key: String
    package var title: Words
    package var tone: Tone
    package init(key: String, title: Words, tone: Tone) { (self.key, self.title, self.tone) = (key, title, tone) }

    /// Keeps a code free: no asset is ever in it, and no legend, list or figure shows it.
    package static let unused = StateSpec(key: "", title: Words("", ""), tone: .idle)
    package var isUsed: Bool { !key.isEmpty }

    /// What the state means to the eye (ISA-101: grey is normal, colour is abnormal); the design system gives the colour.
    package enum Tone: String, Sendable, Hashable, CaseIterable {
        case unknown, idle, active, notice, stale, warning, alarm, lost, disabled
    }
}
