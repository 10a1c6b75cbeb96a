// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// How far a long step is, on the standard error: a bar that moves on a terminal, else a line now and then.
final class ProgressLine {
    private let isTerminal: Bool
    private let clock: Clock
    private let write: (String) -> Void
    private var title = ""
    private var last = Instant.distantPast
    private var isOpen = false

    init(
        clock: Clock, isTerminal: Bool = isatty(2) == 1,
        write: @escaping (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        (self.clock, self.isTerminal, self.write) = (clock, isTerminal, write)
    }

    /// On a terminal ten times a second, else each five seconds; always at the beginning and at the end of a step.
    func show(_ title: String, _ done: Int, _ total: Int) {
        let now = clock.now()
        let isNew = title != self.title
        if isNew { finish() }
        guard isNew || done >= total && isOpen || (now - last).milliseconds >= (isTerminal ? 100 : 5000) else { return }
        (self.title, last, isOpen) = (title, now, done < total)
        let percent = total > 0 ? min(100, done * 100 / total) : 100
        guard isTerminal else { return write("\(title): \(percent) %\n") }
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\u{1B}[K\(title)  \(bar)  \(percent) %" + (isOpen ? "" : "\n"))
    }

    func finish() {
        if isOpen && isTerminal { write("\n") }
        isOpen = false
    }
}
