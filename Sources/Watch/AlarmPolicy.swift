// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The numbers by which the alarm book works, in one place; a town may change them, the rest of the book does not know them.
package struct AlarmPolicy: Sendable, Hashable {
    // Flapping (ANSI/ISA-18.2-2016 §16: chattering and fleeting alarms).
    /// An alarm whose debounced condition changes this often within `flapWindow` is held as raised, with one line that says so…
    package var flapChanges = 6
    package var flapWindow = Span.minutes(5)
    /// …until it was quiet for this long.
    package var flapQuiet = Span.minutes(10)

    // Incidents.
    /// A node counts as out when at least this many leaves, and this share of its leaves, are out. Half, since of those that lose their
    /// supply three in ten have nothing left to say so with…
    package var outLeaves = 3
    package var outPercent = 50
    /// …and no longer when fewer than this share are.
    package var backPercent = 35
    /// A node whose child nodes carry most of its leaves also counts as out when at least this many of them are out, and this share of
    /// those that can still be heard…
    package var outNodes = 3
    package var outNodesPercent = 50
    /// …and no longer when fewer than this share are.
    package var backNodesPercent = 40
    /// Under either lower share a node stays out for this long while anything below it is: what returns after a trip returns one by one.
    package var splitDelay = Span.seconds(90)
    /// More nodes out than this under no common node that is, all within `stormWindow`, stand under the lowest node above them all, or
    /// under a few (no more than `calmNodes`, half of its child nodes at most) where they all lie below those…
    package var stormNodes = 8
    package var stormWindow = Span.minutes(10)
    /// …until no more than this many are left.
    package var calmNodes = 3
    /// More single alarms of one condition than this within `stormWindow` stand as one line, 'scattered'…
    package var scatterAlarms = 8
    /// …until no more than this many of them are active.
    package var calmAlarms = 3
    /// An acknowledged incident asks again when it has this many times the members that were acknowledged.
    package var regrowth = 2
    /// From this many members on an incident ranks one, two and three priorities above its worst member.
    package var wideIncident = 50
    package var hugeIncident = 1000
    package var vastIncident = 10_000

    // People.
    /// Nobody acknowledged for so long: escalate, again after the same time, at most `escalations` times.
    package var escalateAfter: [Priority: Span] = [.critical: .minutes(2), .high: .minutes(10), .medium: .hours(1), .low: .hours(8)]
    package var escalations: UInt8 = 3
    /// The longest that an alarm may be shelved (ANSI/ISA-18.2-2016 §11 asks for a limit).
    package var longestShelf = Span.hours(24)

    // Figures (EEMUA 191, 3rd edition; ANSI/ISA-18.2-2016 §16).
    package var staleAfter = Span.hours(24)
    package var comfortablePerHour = 6
    package var mostPerHour = 12
    package var floodIn10Minutes = 10
    /// A flood ends when a ten-minute span has fewer than this.
    package var floodEndsBelow = 5
    /// A line that merges into an incident so soon after it was presented does not count as presented: one cause is one annunciation.
    package var mergeWindow = Span.minutes(1)

    package init() {}
}
