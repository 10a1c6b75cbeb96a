// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a simulated lamp.
package enum Fault: UInt8, CaseIterable, Sendable {
    case none = 0
    /// Burnt out; the node measures it and says so.
    case failure
    /// Burnt out, and the node does not notice: only the power tells.
    case darkUnnoticed
    /// A relay stuck closed: burns by day.
    case dayBurner
    /// A sodium lamp at the end of its life: strikes, grows, goes out, cools, strikes again.
    case cycling
    case driver
    /// The radio node is silent.
    case communication
    /// A car hit the mast: one message from the tilt sensor, then silence.
    case knockedDown
    case leakage
    /// Local mode: goes on with its programme and refuses orders.
    case refuses
    /// Firmware that says the commanded level, whatever the lamp does; and the lamp is stuck at full.
    case lies

    /// The name in scripts and in the truth file.
    package var name: String { String(describing: self) }
    package init?(name: String) {
        guard let fault = Fault.allCases.first(where: { $0.name.lowercased() == name.lowercased() }), fault != .none else { return nil }
        self = fault
    }
    package static var names: String { allCases.dropFirst().map(\.name).joined(separator: ", ") }

    /// How many lamps in a thousand it befalls in a year: LED, sodium. Magnitudes of published maintenance figures: a sodium lamp lives 4 years
    /// of nights, a driver 20; a node is lost for radio reasons a few times in a hundred years.
    var yearlyPerThousand: (led: Double, sodium: Double) {
        switch self {
        case .none: (0, 0)
        case .failure: (4, 70)
        case .darkUnnoticed: (2, 20)
        case .dayBurner: (3, 6)
        case .cycling: (0, 45)
        case .driver: (9, 0)
        case .communication: (20, 20)
        case .knockedDown: (2, 2)
        case .leakage: (0.6, 1.2)
        case .refuses: (3, 3)
        case .lies: (1, 1)
        }
    }

    /// Days until a crew has mended it, on average.
    var meanDays: Double {
        switch self {
        case .leakage, .knockedDown: 0.5
        case .communication: 1
        case .failure, .dayBurner, .driver: 4
        default: 9
        }
    }

    /// Bits of the property `faults` that the node sets.
    var flags: UInt8 {
        switch self {
        case .failure: 1 << 0
        case .driver: 1 << 1
        case .leakage: 1 << 4
        case .knockedDown: 1 << 6
        case .refuses: 1 << 7
        default: 0
        }
    }

    var isSilent: Bool { self == .communication || self == .knockedDown }
}
