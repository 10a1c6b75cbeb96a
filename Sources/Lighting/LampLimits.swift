// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The figures by which a lamp is judged; a town may set them (docs/operating/configuration.md). Each condition has a dead-band: it begins
/// at one value and ends at another, so that a value on the edge does not flap. Powers are tenths of a watt, voltages tenths of a volt,
/// temperatures tenths of a degree, as readings carry them: judging compares integers and nothing else.
package struct LampLimits: Sendable, Hashable {
    /// After an order, readings younger than this prove nothing (ramp, radio, the gateway's queue).
    package var grace = Span.minutes(2)
    /// After a step of the programme: each gateway keeps its own clock and its own dusk.
    package var programmeGrace = Span.minutes(10)
    /// A lamp that is not as wanted for this long does not obey.
    package var patience = Span.minutes(30)
    /// Below this power a lamp is dark: what a node and a driver at rest draw is 0.5 to 2 W.
    package var darkBelow: Int32 = 30
    /// Observed and wanted level agree within this many points.
    package var levelTolerance = 5
    /// So many changes between burning and dark within `cyclingWindow` minutes, with nothing else wanted, is cycling.
    package var cyclingChanges: UInt32 = 4
    package var cyclingWindow: UInt32 = 60
    /// Below the first the supply is lost, until it is above the second.
    package var supplyLostBelow: Int32 = 1000
    package var supplyBackFrom: Int32 = 1500
    /// EN 50160: 230 V ± 10 %; `voltageBand` inside of it ends the alarm.
    package var voltageLow: Int32 = 2070
    package var voltageHigh: Int32 = 2530
    package var voltageBand: Int32 = 20
    package var hotAbove: Int32 = 750
    package var coolFrom: Int32 = 700
    /// Power beside what the level explains: beyond so many per cent and so much more it begins…
    package var powerPercent: Int64 = 25
    package var powerMore: Int64 = 50
    /// …and within so many per cent and so much it ends.
    package var powerBackPercent: Int64 = 15
    package var powerBackMore: Int64 = 30

    package init() {}
}
