// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Logging

/// What the floor says of its own troubles: on the health page by its vitals, and in the log when they begin and when they are over.
extension Floor {
    /// Compares the wall clock with the steady one, once a pass: has it been put forward or back, did the room stand still? The turn passes
    /// at least once a second, so what stood still longer was suspended, or a disk held it.
    func noteTime(_ now: Instant) {
        let steady = ContinuousClock.now
        defer { lastPass = (now, steady) }
        guard let before = lastPass else { return }
        let passed = before.steady.duration(to: steady).components
        let stood = Span(milliseconds: passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000)
        let jump = Span(milliseconds: (now - before.wall).milliseconds - stood.milliseconds)
        if jump > .seconds(5) || jump < .seconds(-5) {
            (vitals.clockJump, vitals.clockJumpAt) = (Double(jump.milliseconds) / 1000, now)
            log.warning("the clock jumped", metadata: ["seconds": "\(vitals.clockJump)"])
            tell(
                "L'horloge de la machine a sauté de \(jump.seconds) s. Le silence des équipements compte à partir de maintenant.",
                "The machine's clock jumped by \(jump.seconds) s. The silence of devices counts from now on.")
        }
        if stood > .seconds(30) {
            (vitals.standstill, vitals.standstillAt) = (Double(stood.milliseconds) / 1000, now)
            log.warning(
                "the room stood still: the process was suspended, or the disk held it", metadata: ["seconds": "\(vitals.standstill)"])
            tell(
                "La salle est restée immobile \(stood.seconds) s (processus suspendu, ou disque bloqué). Le silence des équipements compte à partir de maintenant.",
                "The room stood still for \(stood.seconds) s (process suspended, or disk stuck). The silence of devices counts from now on."
            )
        }
    }

    /// The disk does not take the intake. Said once, when it begins.
    func intakeFails(_ error: any Error, now: Instant) {
        if vitals.intakeTrouble == nil {
            intakeTroubleSince = now
            log.critical("the intake cannot be written: nothing is acknowledged until it can", metadata: ["error": "\(error)"])
            tell(
                "L'entrée ne peut pas être écrite : plus rien n'est acquitté aux équipements, qui gardent leurs lectures. \(error)",
                "The intake cannot be written: nothing more is acknowledged to devices, which keep their readings. \(error)")
        }
        vitals.intakeTrouble = "\(error)"
        publishVitals(now: now)
    }

    /// The disk took all that was held.
    /// - Parameter readings: those that were held, and those that wait for the next turn.
    func intakeIsWell(readings: Int, now: Instant) {
        log.notice("the intake can be written again", metadata: ["readings": "\(readings)"])
        let seconds = max(0, (now - intakeTroubleSince).seconds)
        tell(
            "L'entrée est de nouveau écrite, après \(seconds) s. Ce qui attendait est acquitté et jugé. Lectures : \(readings).",
            "The intake is written again, after \(seconds) s. What waited is acknowledged and judged. Readings: \(readings).")
        vitals.intakeTrouble = nil
    }

    func journalFails(_ error: any Error, now: Instant) {
        if vitals.journalTrouble == nil {
            journalTroubleSince = now
            log.critical("the journal cannot be written; readings go on into the intake", metadata: ["error": "\(error)"])
        }
        vitals.journalTrouble = "\(error)"
        // Whoever held the turn is given the turn's time to others, too, before it is asked again.
        let ended = clock.now()
        retryAt = ended + min(max(.seconds(1), ended - now), Floor.longestRetry)
    }

    /// The longest pause before a journal in trouble is tried again.
    static let longestRetry: Span = .seconds(60)

    func journalIsWell(now: Instant) {
        guard let trouble = vitals.journalTrouble else { return }
        log.notice("the journal can be written again")
        let seconds = max(0, (now - journalTroubleSince).seconds)
        tell(
            "Le journal est de nouveau écrit, après \(seconds) s. Les alarmes et les ordres de ce temps sont dits maintenant. \(trouble)",
            "The journal is written again, after \(seconds) s. Alarms and orders of that time are told now. \(trouble)")
        vitals.journalTrouble = nil
    }

    /// An entry of the room about itself; kept with the next transaction.
    private func tell(_ french: String, _ english: String) {
        keepsake.log.append(LogDraft(trade: "health", text: Words(french, english)))
    }
}
