// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import Post
package import Watch

/// What accounts are told of their streets: a report once the city has read it and when it is solved, at once but only so often a day; the
/// rest, and works, in one message of the day.
extension CitizenPost {
    /// Puts down what the streets near a report are to be told, if anything.
    /// - Parameter before: in which state the report was.
    func tellStreets(_ report: Report, from before: Report.State, tree: CategoryTree, at now: Instant, in transaction: Transaction) throws {
        guard sendsMail || sendsPush, tree[report.category]?.visibility == .everybody, let place = report.place else { return }
        let what = tree.path(report.category).first?.title ?? Words("Signalement", "Report")
        let words: Words
        switch (before, report.state) {
        // What nobody has read yet is not told to anybody.
        case (.received, .qualified), (.received, .assigned): words = Words("\(what.french) : signalé.", "\(what.english): reported.")
        case (let before, .done) where before.isOpen: words = Words("\(what.french) : réglé.", "\(what.english): solved.")
        default: return
        }
        try CitizenNewsStore.put(
            CitizenTelling(
                key: "report:\(report.number.value):\(report.state == .done ? "done" : "read"):\(now.milliseconds)", taste: .streets,
                place: place, text: words, link: "/app/reports/\(report.reference)", report: report.number, at: now),
            in: transaction)
    }

    /// Puts down what the streets near a job that was done are to be told. Of a report its own desk tells.
    func tellStreets(_ news: JobNews, at now: Instant, in transaction: Transaction) throws {
        guard sendsMail || sendsPush, news.job.state == .done, news.proof != nil, news.job.source.isPublic, let place = news.job.place
        else {
            return
        }
        let title = news.job.title
        try CitizenNewsStore.put(
            CitizenTelling(
                key: "job:\(news.job.number):done:\(news.position)", taste: .works, place: place,
                text: Words("\(title.french) : intervention terminée.", "\(title.english): job done."), link: "", report: nil, at: now),
            in: transaction)
    }

    /// Tells some accounts of one telling, each by its taste.
    /// - Parameter near: accounts with their nearest street, in the order of their numbers.
    func tell(
        _ one: CitizenTelling, to near: [(account: CitizenAccount, label: String)], at now: Instant, in transaction: Transaction
    ) throws {
        var known: Set<Int64> = []
        var contact: String?
        if let report = one.report {
            known = Set(try CitizenAccountStore.followers(of: report, in: transaction).map(\.account.number))
            contact = try ReportStore.contact(of: report, in: transaction)?.email.lowercased()
        }
        for (account, label) in near {
            let way = account.way(of: one.taste)
            if way == .none || known.contains(account.number) || account.email == contact { continue }
            let news = CitizenNews(
                key: one.key, taste: one.taste, title: Words("Près de : \(label)", "Near: \(label)"), text: one.text, link: one.link,
                at: now)
            let told = try CitizenNewsStore.toldAtOnce(account.number, since: now - .days(1), in: transaction)
            let isAtOnce = one.taste == .streets && told < CitizenAccount.mostAtOnce
            guard try CitizenNewsStore.add(news, to: account.number, told: isAtOnce ? now : nil, in: transaction), isAtOnce else {
                continue
            }
            try tell(account, by: way, news.title, news.text, news.link, at: now, in: transaction)
        }
    }

    /// One message of what waited.
    func tellDay(_ account: CitizenAccount, _ news: [CitizenNews], at now: Instant, in transaction: Transaction) throws {
        for way in [CitizenAccount.Taste.mail, .push] {
            let own = news.filter { account.way(of: $0.taste) == way }
            if own.isEmpty { continue }
            let title = Words("Près de vos rues : \(own.count) nouvelle(s)", "Near your streets: \(own.count) piece(s) of news")
            if way == .mail {
                try mailDay(account, title, own, at: now, in: transaction)
            } else {
                let first = own[0]
                let words = Words("\(first.title.french). \(first.text.french)", "\(first.title.english). \(first.text.english)")
                try tell(account, by: .push, title, words, "/app/compte", at: now, in: transaction)
            }
        }
    }
}

extension Reports {
    /// Tells accounts of what was put down, a hundred or so a transaction, until nothing is left. Called again and again by the house.
    package func tellStreets() async throws {
        guard let post else { return }
        while let one = try await journal.read({ try CitizenNewsStore.next(in: $0) }) {
            let now = clock.now()
            try await journal.write { transaction in
                let (near, last) = try CitizenAccountStore.neighbours(of: one.place, after: one.last, in: transaction)
                try post.tell(one, to: near, at: now, in: transaction)
                try CitizenNewsStore.went(one, to: last, in: transaction)
            }
        }
    }

    /// Once a day, from eight in the morning on: looks for works near the streets of those who want to hear of them, and sends each account
    /// one message of what waits. A call that fails half way is made good by the next.
    /// - Parameter desks: those that announce works.
    package func tellDay(_ desks: [any Surroundings]) async throws {
        guard let post, post.sendsMail || post.sendsPush else { return }
        let now = clock.now()
        let local = now.seconds + Int64(post.zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(now.seconds))))
        let day = floorDivide(local, 86_400)
        guard local - day * 86_400 >= 8 * 3600, try await journal.read({ try CitizenNewsStore.day(in: $0) }) < day else { return }
        try await gatherWorks(desks)
        var last: Int64 = 0
        while true {
            let page = try await journal.read { [last] in try CitizenNewsStore.waiting(after: last, in: $0) }
            for number in page {
                try await journal.write { transaction in
                    let news = try CitizenNewsStore.take(of: number, at: now, in: transaction)
                    guard let account = try CitizenAccountStore.find(number, in: transaction) else { return }
                    try post.tellDay(account, news, at: now, in: transaction)
                }
            }
            guard let end = page.last else { break }
            last = end
        }
        try await journal.write { try CitizenNewsStore.setDay(day, in: $0) }
    }

    private func gatherWorks(_ desks: [any Surroundings]) async throws {
        let ground = try await ground.current()
        var last: (account: Int64, place: Int) = (0, 0)
        while true {
            let page = try await journal.read { [last] in try CitizenNewsStore.streetsForWorks(after: last, in: $0) }
            var found: [(account: Int64, news: CitizenNews)] = []
            for (account, street) in page {
                let (road, commune) = (ground.road(at: street.at), ground.commune(at: street.at))
                for desk in desks {
                    let known = try await desk.around(street.at, road: road, commune: commune, within: CitizenAccount.metres)
                    for one in known where one.isPublic && one.sort == .works {
                        let text = Words("\(one.title.french). \(one.detail.french)", "\(one.title.english). \(one.detail.english)")
                        // Works whose dates have changed are told anew.
                        let news = CitizenNews(
                            key: "works:" + Tokens.hash(text.french).prefix(16).hexadecimal, taste: .works,
                            title: Words("Près de : \(street.label)", "Near: \(street.label)"), text: text, link: "/app/around",
                            at: clock.now())
                        found.append((account, news))
                    }
                }
            }
            let fresh = found
            try await journal.write { transaction in
                for (account, news) in fresh { try CitizenNewsStore.add(news, to: account, told: nil, in: transaction) }
            }
            guard let end = page.last else { return }
            last = (end.account, end.street.place)
        }
    }
}
