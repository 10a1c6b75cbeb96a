// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Watch

extension Configuration {
    /// How this town's equipment is judged, ordered and escalated: values that the trades and the floor are built with.
    struct TownRules: Sendable, Equatable {
        var programmes: LightingProgramme
        var lamps: LampLimits
        var secondPersonAbove: Int
        var patience: Patience
        var orders: OrderLimits
        var alarms: AlarmPolicy
    }

    /// The desks' trades with this town's figures, in the order of the kinds on the board.
    var trades: [any Trade] {
        [
            StreetLighting(
                programmes: rules.programmes, secondPersonAbove: rules.secondPersonAbove, patience: rules.patience, limits: rules.lamps)
        ]
    }

    /// What the floor of this town is opened with.
    var floorSettings: Floor.Settings {
        .init(folder: dataFolder, interval: turnInterval, alarms: rules.alarms, orders: rules.orders)
    }
}

extension Configuration.TownRules {
    init(_ values: SettingValues) {
        programmes = LightingPlans.programme(
            plans: values.plans("lighting.programmes"), follow: values.follow("lighting.follow"), place: values.place("lighting.place"),
            wall: WallTime(zone: values.text("timezone")))
        lamps = Configuration.TownRules.lamps(values)
        secondPersonAbove = values.integer("orders.second-person-above")
        patience = LampOrders.patience
        (patience.settle, patience.sends) = (values.span("orders.settle"), values.integer("orders.sends"))
        orders = OrderLimits(
            commandsPerSecond: values.integer("orders.commands-per-second"), burst: values.integer("orders.burst"),
            commandsPerTurn: values.integer("orders.commands-per-turn"), reach: values.span("orders.reach"),
            assets: values.integer("orders.most"), proposal: values.span("orders.proposal"))
        alarms = Configuration.TownRules.alarms(values)
    }

    private static func lamps(_ values: SettingValues) -> LampLimits {
        /// Tenths, as readings carry them.
        func tenths(_ key: String) -> Int32 { Int32((values.decimal(key) * 10).rounded()) }
        var limits = LampLimits()
        (limits.grace, limits.programmeGrace) = (values.span("lighting.grace"), values.span("lighting.programme-grace"))
        limits.patience = values.span("lighting.patience")
        limits.darkBelow = tenths("lighting.dark-below")
        limits.levelTolerance = values.integer("lighting.level-tolerance")
        limits.cyclingChanges = UInt32(values.integer("lighting.cycling-changes"))
        limits.cyclingWindow = UInt32(values.span("lighting.cycling-window").seconds / 60)
        (limits.supplyLostBelow, limits.supplyBackFrom) = (tenths("lighting.supply-lost"), tenths("lighting.supply-back"))
        (limits.voltageLow, limits.voltageHigh) = (tenths("lighting.voltage-low"), tenths("lighting.voltage-high"))
        limits.voltageBand = tenths("lighting.voltage-band")
        (limits.hotAbove, limits.coolFrom) = (tenths("lighting.hot"), tenths("lighting.cool"))
        limits.powerPercent = Int64(values.integer("lighting.power-deviation"))
        limits.powerBackPercent = Int64(values.integer("lighting.power-deviation-back"))
        (limits.powerMore, limits.powerBackMore) = (Int64(tenths("lighting.power-more")), Int64(tenths("lighting.power-more-back")))
        return limits
    }

    private static func alarms(_ values: SettingValues) -> AlarmPolicy {
        var policy = AlarmPolicy()
        let times = values.times("alarms.escalate")
        for priority in Priority.allCases { policy.escalateAfter[priority] = times[String(describing: priority)] }
        policy.escalations = UInt8(values.integer("alarms.escalations"))
        policy.longestShelf = values.span("alarms.longest-shelf")
        policy.flapChanges = values.integer("alarms.flap-changes")
        (policy.flapWindow, policy.flapQuiet) = (values.span("alarms.flap-window"), values.span("alarms.flap-quiet"))
        (policy.outLeaves, policy.outPercent) = (values.integer("incidents.out-leaves"), values.integer("incidents.out-percent"))
        policy.backPercent = values.integer("incidents.back-percent")
        (policy.outNodes, policy.outNodesPercent) = (values.integer("incidents.out-nodes"), values.integer("incidents.out-nodes-percent"))
        policy.backNodesPercent = values.integer("incidents.back-nodes-percent")
        policy.splitDelay = values.span("incidents.split-delay")
        (policy.stormNodes, policy.stormWindow) = (values.integer("incidents.storm-nodes"), values.span("incidents.storm-window"))
        (policy.calmNodes, policy.scatterAlarms) = (values.integer("incidents.calm-nodes"), values.integer("incidents.scatter-alarms"))
        (policy.calmAlarms, policy.regrowth) = (values.integer("incidents.calm-alarms"), values.integer("incidents.regrowth"))
        (policy.wideIncident, policy.hugeIncident) = (values.integer("incidents.wide"), values.integer("incidents.huge"))
        policy.vastIncident = values.integer("incidents.vast")
        return policy
    }

    /// Figures that are each right and do not fit together: a dead-band that is none, a line that could never end.
    static func contradictions(_ values: SettingValues) -> [String] {
        var found: [String] = []
        func above(_ low: String, _ high: String, _ why: String) {
            if values.decimal(low) >= values.decimal(high) { found.append("\(low) must be below \(high): \(why)") }
        }
        func notAbove(_ low: String, _ high: String, _ why: String) {
            if values.integer(low) > values.integer(high) { found.append("\(low) must not be above \(high): \(why)") }
        }
        above("lighting.supply-lost", "lighting.supply-back", "else the alarm flaps")
        above("lighting.voltage-low", "lighting.voltage-high", "else every voltage is wrong")
        above("lighting.cool", "lighting.hot", "else the alarm flaps")
        if values.decimal("lighting.power-more-back") > values.decimal("lighting.power-more") {
            found.append("lighting.power-more-back must not be above lighting.power-more: else the alarm flaps")
        }
        notAbove("lighting.power-deviation-back", "lighting.power-deviation", "else the alarm flaps")
        notAbove("incidents.back-percent", "incidents.out-percent", "else the incident flaps")
        notAbove("incidents.back-nodes-percent", "incidents.out-nodes-percent", "else the incident flaps")
        notAbove("incidents.calm-nodes", "incidents.storm-nodes", "else the line ends as it begins")
        notAbove("incidents.calm-alarms", "incidents.scatter-alarms", "else the line ends as it begins")
        notAbove("incidents.wide", "incidents.huge", "each step is larger than the one before")
        notAbove("incidents.huge", "incidents.vast", "each step is larger than the one before")
        return found + LightingPlans.contradictions(values.plans("lighting.programmes"), values.follow("lighting.follow"))
    }
}
