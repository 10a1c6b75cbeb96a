// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The day as a picture: a row for each crew, its hours, its jobs. With a script jobs can be dragged (Web/src/elements/day-board.ts); the lists
/// below say the same and have the same moves as forms.
struct DayGantt {
    let page: DayPage

    private static let (left, width, row, top) = (150.0, 900.0, 30.0, 22.0)

    /// Minutes of the day that the picture shows.
    private var hours: (from: Int, to: Int) {
        let dawn = page.wall.instant(day: page.day, minute: 0)
        func minute(_ at: Instant) -> Int { Int(((at - dawn).seconds / 60)) }
        let shifts = page.crews.flatMap { CrewHours.shifts($0, day: page.day, page.wall) }
        let starts = shifts.map { minute($0.from) } + page.jobs.map { minute(page.start($0)) }
        let ends = shifts.map { minute($0.to) } + page.jobs.map { minute(page.end($0)) }
        let from = max(0, (starts.min() ?? 480) / 60 * 60), to = min(1440, ((ends.max() ?? 1080) + 59) / 60 * 60)
        return (from, max(to, from + 60))
    }

    private func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private func x(_ at: Instant) -> Double {
        let (hours, dawn) = (hours, page.wall.instant(day: page.day, minute: 0))
        let share = (Double((at - dawn).seconds) / 60 - Double(hours.from)) / Double(hours.to - hours.from)
        return DayGantt.left + max(0, min(1, share)) * (DayGantt.width - DayGantt.left)
    }

    private func width(_ from: Instant, _ to: Instant) -> String { text(max(2, x(to) - x(from))) }

    var html: HTML {
        let height = Double(page.crews.count) * DayGantt.row + 26
        return custom("day-board", .data("day", WallText.day(page.day))) {
            figure(.class("gantt")) { plot(height) }
            if page.mayPlan, page.day >= page.wall.day(of: page.now) { drag }
        }
    }

    private func plot(_ height: Double) -> HTML {
        custom(
            "svg", .class("gantt-plot"), .named("viewBox", "0 0 \(Int(DayGantt.width)) \(Int(height))"), .role("img"),
            .data("left", Int(DayGantt.left)), .data("top", Int(DayGantt.top)), .data("row", Int(DayGantt.row)),
            .data("from", hours.from), .data("to", hours.to),
            .data("crews", page.crews.map(\.code).joined(separator: " ")),
            .aria(
                .label,
                Words(
                    "Interventions des équipes dans la journée ; les listes dessous disent la même chose.",
                    "Jobs of the crews over the day; the lists below say the same."))
        ) {
            hourLines(height)
            for (index, crew) in page.crews.enumerated() { row(crew, DayGantt.top + Double(index) * DayGantt.row) }
            if page.wall.day(of: page.now) == page.day {
                custom(
                    "line", .class("gantt-now"), .named("x1", text(x(page.now))), .named("x2", text(x(page.now))), .named("y1", "16"),
                    .named("y2", text(height)))
            }
        }
    }

    @Markup private func hourLines(_ height: Double) -> HTML {
        for hour in stride(from: hours.from, through: hours.to, by: 60) {
            let at = page.wall.instant(day: page.day, minute: hour)
            custom(
                "line", .class("chart-grid"), .named("x1", text(x(at))), .named("x2", text(x(at))), .named("y1", "18"),
                .named("y2", text(height)))
            custom("text", .class("chart-text"), .named("x", text(x(at))), .named("y", "12"), .named("text-anchor", "middle")) {
                "\(hour / 60) h"
            }
        }
    }

    @Markup private func row(_ crew: Crew, _ y: Double) -> HTML {
        custom("text", .class("gantt-name"), .named("x", "0"), .named("y", text(y + 18))) { crew.title }
        for shift in CrewHours.shifts(crew, day: page.day, page.wall) {
            custom(
                "rect", .class("gantt-shift"), .named("x", text(x(shift.from))), .named("y", text(y + 2)),
                .named("width", width(shift.from, shift.to)), .named("height", text(DayGantt.row - 6)))
        }
        for job in page.jobs(of: crew.code) {
            let style = job.isLate(at: page.now) || job.isAtRisk(at: page.now) ? "gantt-late" : "gantt-\(job.state.rawValue)"
            let minutes = Int((page.end(job) - page.start(job)).seconds / 60)
            custom(
                "rect", .class("gantt-job \(style)"), .named("x", text(x(page.start(job)))), .named("y", text(y + 5)),
                .named("width", width(page.start(job), page.end(job))), .named("height", text(DayGantt.row - 12)),
                .data("job", "\(job.number.value)"),
                .data("crew", crew.code), .data("start", page.wall.minuteOfDay(at: page.start(job))), .data("minutes", minutes),
                .when(job.state == .planned && !job.isLocked && job.place != nil, .data("movable", "")),
                .role("img"), .aria(.label, label(job))
            ) {
                custom("title") { label(job) }
            }
        }
    }

    /// What a bar says to a pointer that rests on it and to a screen reader.
    private func label(_ job: Job) -> Words {
        let hours = [page.start(job), page.end(job)].map { WallText.time(page.wall.minuteOfDay(at: $0)) }.joined(separator: "–")
        return Words("\(job.number.value) \(job.title.french), \(hours)", "\(job.number.value) \(job.title.english), \(hours)")
    }

    /// What the script needs: the form that asks for a price, and its words.
    private var drag: HTML {
        form(
            .method("post"), .action("/console/jobs/day/drag"), .class("drag-form"), .named("hidden", ""),
            .named(
                "data-hint",
                Words(
                    "Glissez une intervention vers une autre équipe ou une autre heure, ou prenez-la au clavier : flèches, puis Entrée pour voir le prix, Échap pour renoncer.",
                    "Drag a job to another crew or time, or take it by keyboard: arrows, then Enter for the price, Escape to give up.")),
            .named("data-close", Words("Ne rien changer", "Change nothing")),
            .named("data-title", Words("Ce que ce déplacement coûte", "What this move costs")),
            .named("data-failed", Words("Le prix n'a pas pu être calculé.", "The price could not be computed."))
        ) {
            HTML.csrf
            for name in ["job", "crew", "day", "time"] { input(.type("hidden"), .name(name)) }
        }
    }
}
