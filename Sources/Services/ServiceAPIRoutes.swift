// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird

/// Services for programs: the same as the pages say. Open to everybody.
struct ServiceAPIRoutes {
    let services: Services

    func add(to desk: Desk) {
        desk.api(ServiceAPIRoutes.servicesEndpoint) { _, context in list(context) }
        desk.api(ServiceAPIRoutes.placeEndpoint) { _, context in
            let catalogue = services.shelf.catalogue
            guard let place = catalogue.place(try context.text("place")) else { throw Refused.notFound(context.address) }
            var writer = JSONWriter()
            write(place, nil, catalogue, .init(context.now, services.wall), context.language, &writer, isWhole: true)
            return Bytes(writer.bytes, type: "application/json")
        }
        desk.api(ServiceAPIRoutes.wasteEndpoint) { _, context in try waste(context) }
        desk.api(ServiceAPIRoutes.noticesEndpoint) { _, context in notices(context) }
    }

    private func list(_ context: ConsoleContext) -> Bytes {
        let (catalogue, query) = (services.shelf.catalogue, context.query)
        let moment = OpeningRules.Moment(context.now, services.wall)
        let question = ServiceSearch.Question(
            text: String((query["q"] ?? "").prefix(100)), category: query["category"] ?? "", openOnly: query.flag("open"),
            near: ServiceRoutes.place(query["near"]))
        let found = ServiceSearch.find(question, catalogue, at: moment)
        let language = context.language
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("revision", Int(catalogue.revision))
            writer.array("tiles", found.tiles) { writer, tile in
                writer.object { writer in
                    writer.member("code", tile.code)
                    writer.member("title", ServiceWords.both(tile.title)(language))
                    writer.member("help", ServiceWords.both(tile.help)(language))
                    writer.member("link", tile.link)
                    writer.member("phone", tile.phone)
                }
            }
            writer.array("categories", catalogue.categories) { writer, category in
                writer.object { writer in
                    writer.member("code", category.code)
                    writer.member("title", ServiceWords.both(category.title)(language))
                }
            }
            writer.array("places", found.places) { writer, one in
                write(one.place, one.metres, catalogue, moment, language, &writer, isWhole: false)
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    private func write(
        _ place: CityPlace, _ metres: Double?, _ catalogue: ServiceCatalogue, _ moment: OpeningRules.Moment, _ language: Language,
        _ writer: inout JSONWriter, isWhole: Bool
    ) {
        writer.object { writer in
            writer.member("code", place.code)
            writer.member("category", place.category)
            writer.member("title", ServiceWords.both(place.title)(language))
            writer.member("help", ServiceWords.both(place.help)(language))
            writer.member("address", place.address)
            writer.member("commune", place.commune)
            if let at = place.place {
                writer.member("longitude", at.longitude)
                writer.member("latitude", at.latitude)
            }
            if let metres { writer.member("metres", metres.rounded()) }
            writer.member("phone", place.phone)
            writer.member("email", place.email)
            writer.member("web", place.web)
            writer.member("access", ServiceWords.both(place.access)(language))
            guard let hours = place.hours else { return }
            let verdict = OpeningRules.verdict(hours, catalogue.holidays, at: moment)
            writer.member("open", if: verdict)
            writer.member("state", ServiceWords.state(verdict, today: moment.day)(language))
            guard isWhole else { return }
            writer.array("days", OpeningRules.week(hours, catalogue.holidays, from: moment.day)) { writer, day in
                writer.object { writer in
                    writer.member("day", day.day.iso)
                    writer.array("open", day.ranges) { writer, range in
                        writer.object { writer in
                            writer.member("from", ServiceAPIRoutes.clock(range.from))
                            writer.member("until", ServiceAPIRoutes.clock(range.until))
                        }
                    }
                    if let why = day.why { writer.member("why", ServiceWords.both(why)(language)) }
                }
            }
        }
    }

    /// `08:30`.
    static func clock(_ minute: Int) -> String {
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    private func waste(_ context: ConsoleContext) throws -> Bytes {
        var form = context.query
        let text = form.text("q", 1...200)
        let days = form.integer("days", optional: 1...366) ?? 28
        try form.finish()
        guard let home = services.home(text) else { throw Refused.notFound(text) }
        let catalogue = services.shelf.catalogue
        let pickups = WasteRules.pickups(catalogue, for: home, from: services.wall.day(at: context.now), days: days)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("address", home.label)
            writer.array("pickups", pickups) { writer, pickup in
                writer.object { writer in
                    writer.member("day", pickup.day.iso)
                    writer.member("kind", pickup.kind)
                    writer.member("title", catalogue.wasteKind(pickup.kind).map { ServiceWords.both($0.title)(context.language) } ?? "")
                    writer.member("out", ServiceWords.both(pickup.out)(context.language))
                    if let moved = pickup.moved {
                        writer.member("instead", moved.from.iso)
                        writer.member("why", moved.why(context.language))
                    }
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    private func notices(_ context: ConsoleContext) -> Bytes {
        let commune = context.query["commune"]
        let notices = services.shelf.notices(at: context.now).filter { notice in
            commune.map { notice.communes.isEmpty || notice.communes.contains($0) } ?? true
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("alerts", notices) { writer, notice in
                writer.object { writer in
                    writer.member("code", notice.code)
                    writer.member("level", notice.level.rawValue)
                    writer.member("title", ServiceWords.both(notice.title)(context.language))
                    writer.member("text", ServiceWords.both(notice.text)(context.language))
                    writer.member("from", notice.from.iso8601)
                    if let until = notice.until { writer.member("until", until.iso8601) }
                    writer.array("communes", notice.communes) { $0.string($1) }
                    writer.member("link", notice.link)
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, if verdict: OpeningRules.Verdict) {
        if case .open = verdict { member(name, true) } else { member(name, false) }
    }
}
