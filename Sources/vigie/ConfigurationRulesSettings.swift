// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension Setting {
    /// The figures by which a town's equipment is judged, ordered and escalated. All are read at the start.
    static let rules: [Setting] = lighting + orders + alarms

    private static let lighting: [Setting] = [
        Setting(
            "lighting.place", .place, "5.0415, 47.3220",
            "Where the sun is reckoned for every programme: longitude, latitude in degrees."),
        Setting(
            "lighting.programmes", .programmes, "",
            "Dimming programmes by name: minutes after sunset and sunrise (negative is before), then steps by the clock on the wall, the first that "
                + "holds wins: `village: sunset+5 sunrise-5 00:00-05:00=0 22:00-24:00=70`. Empty: those of the reference city."),
        Setting(
            "lighting.follow", .follow, "",
            "Who follows which programme: an INSEE code, the identity of a cabinet, feeder or substation (it wins for all lamps below), "
                + "`*` for all others: `21231: centre`, `A-12: village`. Needed with `lighting.programmes`."),
        Setting("lighting.grace", .duration(0...3_600_000), "2min", "After an order, readings younger than this prove nothing."),
        Setting("lighting.programme-grace", .duration(0...3_600_000), "10min", "The same after a step of the programme."),
        Setting("lighting.patience", .duration(60_000...86_400_000), "30min", "A lamp that is not as wanted for this long does not obey."),
        Setting("lighting.dark-below", .decimal(0.1...1000), "3", "Watts below which a lamp is dark."),
        Setting("lighting.level-tolerance", .integer(0...50), "5", "Points of level by which observed and wanted may differ."),
        Setting(
            "lighting.cycling-changes", .integer(2...100), "4",
            "So many changes between burning and dark that nobody asked for are cycling…"),
        Setting("lighting.cycling-window", .duration(300_000...86_400_000), "60min", "…within this time."),
        Setting("lighting.supply-lost", .decimal(0...400), "100", "Volts below which the supply is lost…"),
        Setting("lighting.supply-back", .decimal(0...400), "150", "…until it is there again from this on."),
        Setting("lighting.voltage-low", .decimal(0...400), "207", "Volts below which the voltage is out of range."),
        Setting("lighting.voltage-high", .decimal(0...400), "253", "Volts above which it is."),
        Setting("lighting.voltage-band", .decimal(0...50), "2", "Volts inside of the range at which the alarm ends."),
        Setting("lighting.hot", .decimal(0...200), "75", "Degrees above which a luminaire is too hot…"),
        Setting("lighting.cool", .decimal(0...200), "70", "…until it is this cool."),
        Setting("lighting.power-deviation", .integer(1...500), "25", "Per cent by which the power may leave what the level explains…"),
        Setting("lighting.power-deviation-back", .integer(0...500), "15", "…and at which the alarm ends."),
        Setting("lighting.power-more", .decimal(0...1000), "5", "Watts more than that before it begins…"),
        Setting("lighting.power-more-back", .decimal(0...1000), "3", "…and at which it ends."),
    ]

    private static let orders: [Setting] = [
        Setting("orders.second-person-above", .integer(0...10_000_000), "500", "An order to more assets than this needs a second person."),
        Setting("orders.most", .integer(1...20_000_000), "2000000", "The most assets that one order may name."),
        Setting(
            "orders.proposal", .duration(60_000...604_800_000), "1h", "How long an order waits for its second person before it lapses."),
        Setting(
            "orders.settle", .duration(5_000...3_600_000), "90s",
            "From sending to the lamp's own proof, before it is sent again; each wait doubles."),
        Setting("orders.sends", .integer(1...20), "3", "Sends to one lamp in all, the first included."),
        Setting(
            "orders.reach", .duration(0...604_800_000), "30min",
            "How long a lamp without a link may wait for one before the order gives it up."),
        Setting("orders.commands-per-second", .integer(1...1_000_000), "400", "Commands a second to one gateway."),
        Setting("orders.burst", .integer(1...1_000_000), "1000", "Commands to one gateway at once after a pause."),
        Setting(
            "orders.commands-per-turn", .integer(1...10_000_000), "10000",
            "Commands in one turn over all gateways, so that a city-wide order never holds up readings."),
    ]

    private static let alarms: [Setting] = [
        Setting(
            "alarms.escalate", .times(["critical", "high", "medium", "low"]), "critical=2min, high=10min, medium=1h, low=8h",
            "How long an alarm may stand unacknowledged, by priority, before it escalates; again after the same time."),
        Setting("alarms.escalations", .integer(0...20), "3", "How often at most."),
        Setting("alarms.longest-shelf", .duration(60_000...2_592_000_000), "24h", "The longest that an alarm may be put aside."),
        Setting("alarms.flap-changes", .integer(2...100), "6", "An alarm that changes this often…"),
        Setting("alarms.flap-window", .duration(10_000...3_600_000), "5min", "…within this time flaps: it is held as raised…"),
        Setting("alarms.flap-quiet", .duration(10_000...86_400_000), "10min", "…until it was quiet for this long."),
        Setting(
            "incidents.out-leaves", .integer(2...10_000), "3", "A cabinet, feeder or gateway is out when so many assets below it are out…"),
        Setting("incidents.out-percent", .integer(1...100), "50", "…and this share of them."),
        Setting("incidents.back-percent", .integer(0...100), "35", "It is out no longer when fewer than this share are."),
        Setting(
            "incidents.out-nodes", .integer(2...10_000), "3", "A node whose child nodes carry most of it is out when so many of them are…"),
        Setting("incidents.out-nodes-percent", .integer(1...100), "50", "…and this share of those that can be heard."),
        Setting("incidents.back-nodes-percent", .integer(0...100), "40", "It is out no longer when fewer than this share are."),
        Setting(
            "incidents.split-delay", .duration(0...3_600_000), "90s",
            "What is out no longer by these shares still stands as one line for so long: after a trip assets return one by one."),
        Setting(
            "incidents.storm-nodes", .integer(2...100_000), "8", "More nodes than this out at once stand as one line of the whole city…"),
        Setting("incidents.storm-window", .duration(10_000...86_400_000), "10min", "…if they went out within this time…"),
        Setting("incidents.calm-nodes", .integer(0...100_000), "3", "…until no more than this many are left."),
        Setting(
            "incidents.scatter-alarms", .integer(2...1_000_000), "8",
            "More single alarms of one sort than this within the same time stand as one line…"),
        Setting("incidents.calm-alarms", .integer(0...1_000_000), "3", "…until no more than this many are active."),
        Setting(
            "incidents.regrowth", .integer(2...1000), "2", "An acknowledged incident asks again when it has so many times the members."),
        Setting(
            "incidents.wide", .integer(2...10_000_000), "50",
            "From this many members on an incident ranks one priority above its worst member…"),
        Setting("incidents.huge", .integer(2...10_000_000), "1000", "…two…"),
        Setting("incidents.vast", .integer(2...10_000_000), "10000", "…and three."),
    ]
}
