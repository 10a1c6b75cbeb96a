// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Inventory
import Journal
import Watch

/// Everything that stands on the screen of one call.
package struct CallWork: Sendable {
    package var call: Call
    package var events: [CallEvent]
    package var outcomes: [CallOutcome]
    /// The reports that outcomes name.
    package var made: [Report.Number: Report]
    package var draft: CallDraft
    package var hasNumber: Bool
    /// In clear, where it was just asked for.
    package var phone: String?
    package var earlierReports: [Report]
    package var earlierCalls: [Call]
    package var candidates: [AddressFound]
    package var around: [Surrounding]
    package var guesses: [CategoryGuesser.Guess]
    package var likely: [WhileTyping.Likely]
    package var outages: [WhileTyping.Outage] = []
    package var callbacks: [CallBack]
    package var tree: CategoryTree
    package var ground: Ground
    package var mayReport: Bool
    package var errors: [ReportFault.Field] = []
    /// Equipment of the category's kind near the place, the nearest first.
    package var assets: [(record: AssetRecord, metres: Double)] = []
    /// What would be promised and expected; nil while category or place are not known.
    package var dates: ReportDates?
    /// Who cares for the place, where it is not the city.
    package var elsewhere: Words?

    /// How many reports were made of it, taken back or not.
    var turn: Int { outcomes.count { $0.sort == .request } }
}

extension Calls {
    /// - Parameter person: what they may not see is left out.
    package func work(on number: Call.Number, for person: Person) async throws -> CallWork? {
        let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
        let communes = person.communes(.view, "reports")
        let maySee = person.may(.view, "reports")
        let read = try await journal.read { transaction -> CallWork? in
            guard let call = try CallStore.find(number, in: transaction) else { return nil }
            func seen(_ all: [Report]) -> [Report] { all.filter { maySee && communes?.contains($0.commune.insee) ?? true } }
            let outcomes = try CallStore.outcomes(of: number, in: transaction)
            let made = try Set(outcomes.compactMap(\.report)).compactMap { try ReportStore.find($0, in: transaction) }
            return CallWork(
                call: call, events: try CallStore.events(of: number, in: transaction), outcomes: outcomes,
                made: Dictionary(uniqueKeysWithValues: made.map { ($0.number, $0) }),
                draft: try CallStore.draft(of: number, in: transaction),
                hasNumber: try CallStore.phone(of: number, in: transaction) != nil, phone: nil,
                earlierReports: seen(try ReportStore.reports(of: call.caller, limit: 10, in: transaction)),
                earlierCalls: try CallStore.calls(of: call.caller, limit: 10, in: transaction).filter { $0.number != number },
                candidates: [],
                around: [], guesses: [], likely: [], callbacks: try CallBackStore.open(of: number, in: transaction), tree: tree,
                ground: ground, mayReport: person.may(.operate, "reports"))
        }
        guard var work = read else { return nil }
        guard work.call.state == .answered || work.call.state == .wrapping else { return work }
        let draft = work.draft
        if draft.place == nil, !draft.address.isEmpty { work.candidates = AddressSearch(addresses.index).find(draft.address, limit: 5) }
        let helped = try await reports.whileTyping(
            draft.description, category: draft.category.isEmpty ? nil : draft.category, place: draft.place, isStaff: true)
        work.guesses = Array(helped.guesses.prefix(3))
        work.likely = helped.likely.filter { maySee && communes?.contains($0.report.commune.insee) ?? true }
        work.outages = person.may(.view, "alarms") ? helped.outages : helped.outages.filter { !$0.trouble.isAlarm }
        if let place = draft.place { work.around = try await around(place, ground, person) }
        let kind = tree.assetKind(of: draft.category)
        if let place = draft.place, !kind.isEmpty {
            work.assets = Array(try await reports.assets(of: kind, near: place, within: Calls.assetReach, out: assets).prefix(8))
        }
        if let place = draft.place, case .elsewhere(let body, let because) = try await reports.route(draft.category, at: place) {
            work.elsewhere = ReportFault.words(body, because)
        }
        if !draft.category.isEmpty, draft.place != nil {
            work.dates = try await reports.dates(category: draft.category, place: draft.place)
        }
        return work
    }

    /// The equipment that was chosen, where it stands at the address: after a correction of the address it is another's.
    func asset(of draft: CallDraft) async -> Asset.Number? {
        guard let asset = draft.asset.map(Asset.Number.init) else { return nil }
        guard let place = draft.place, let at = await reports.asset(asset)?.place else { return asset }
        return at.metres(to: place) <= Calls.assetReach ? asset : nil
    }

    /// How far 'around' is, metres.
    static let reach = 150.0
    /// How far the equipment is that a caller may mean, metres.
    static let assetReach = 80.0

    /// What all desks know near a place, the nearest first, without what this person may see nowhere.
    private func around(_ place: Place, _ ground: Ground, _ person: Person) async throws -> [Surrounding] {
        let (road, commune) = (ground.road(at: place), ground.commune(at: place))
        var found: [Surrounding] = []
        for desk in surroundings { found += try await desk.around(place, road: road, commune: commune, within: Calls.reach) }
        return found.compactMap { one in
            var one = one
            if !person.may(.view, Calls.trade(of: one.sort), in: commune.insee) {
                guard one.isPublic else { return nil }
                one.link = ""
            }
            return one
        }.sorted { $0.meters < $1.meters }
    }

    private static func trade(of sort: Surrounding.Sort) -> String {
        switch sort {
        case .outage, .alarm: "alarms"
        case .report: "reports"
        case .job, .works: "jobs"
        case .collection, .notice: "calls"
        }
    }
}
