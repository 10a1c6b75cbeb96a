// SPDX-License-Identifier: EUPL-1.2

/// One pass over assets.csv. Each row is checked; the first that does not fit is named with its line.
struct RosterReading {
    var substations = Identities(), feeders = Identities(), cabinets = Identities(), gateways = Identities(), lamps = Identities()
    var substationOf: [Int32] = [], feederOf: [Int32] = [], cabinetOfGateway: [Int32] = []
    var linkOfCabinet: [String] = []
    var gatewayIndex: [String: Int32] = [:]
    var lampGateway: [Int32] = [], lampCabinet: [Int32] = [], lampWatts: [UInt16] = [], lampIsLED: [Bool] = []
    private var substationIndex: [String: Int32] = [:], feederIndex: [String: Int32] = [:], cabinetIndex: [String: Int32] = [:]
    private let csv: [UInt8]
    private let path: String
    private var columns: [String: Int] = [:]

    init(csv: [UInt8], path: String) throws {
        (self.csv, self.path) = (csv, path)
        let end = csv.firstIndex(of: UInt8(ascii: "\n")) ?? csv.count
        let header = String(decoding: csv[..<end], as: UTF8.self).split(whereSeparator: { $0 == ";" || $0 == "\r" })
        for (i, name) in header.enumerated() { columns[String(name)] = i }
        for name in ["id", "kind", "supply_parent", "link_parent", "power"] where columns[name] == nil {
            throw CityError.noColumn(name, path: path)
        }
    }

    mutating func run() throws {
        let (id, kind) = (columns["id"]!, columns["kind"]!)
        let (supply, link) = (columns["supply_parent"]!, columns["link_parent"]!)
        let (power, source) = (columns["power"]!, columns["source"])
        let least = [id, kind, supply, link, power].max()!
        var line = 0
        for row in csv.split(separator: UInt8(ascii: "\n")) {
            line += 1
            guard line > 1 else { continue }
            let fields = row.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            guard fields.count > least else {
                throw CityError.badRow(line: line, path: path, why: "\(fields.count) fields; \(least + 1) are needed")
            }
            func text(_ i: Int) -> String { String(decoding: fields[i], as: UTF8.self) }
            switch text(kind) {
            case "substation":
                substationIndex[text(id)] = Int32(substations.count)
                substations.append(fields[id])
            case "feeder":
                feederIndex[text(id)] = Int32(feeders.count)
                feeders.append(fields[id])
                substationOf.append(substationIndex[text(supply)] ?? -1)
            case "cabinet":
                cabinetIndex[text(id)] = Int32(cabinets.count)
                cabinets.append(fields[id])
                feederOf.append(feederIndex[text(supply)] ?? -1)
                linkOfCabinet.append(text(link))
            case "gateway":
                gatewayIndex[text(id)] = Int32(gateways.count)
                gateways.append(fields[id])
                cabinetOfGateway.append(cabinetIndex[text(supply)] ?? -1)
            case "lamp":
                guard let gateway = gatewayIndex[text(link)] else {
                    throw CityError.badRow(
                        line: line, path: path, why: "gateway '\(text(link))' of lamp '\(text(id))' is not in a row above")
                }
                guard let cabinet = cabinetIndex[text(supply)] else {
                    throw CityError.badRow(
                        line: line, path: path, why: "cabinet '\(text(supply))' of lamp '\(text(id))' is not in a row above")
                }
                guard let watts = UInt16(text(power)), watts > 0 else {
                    throw CityError.badRow(
                        line: line, path: path, why: "power '\(text(power))' of lamp '\(text(id))' is not a whole number of watts")
                }
                lamps.append(fields[id])
                lampGateway.append(gateway)
                lampCabinet.append(cabinet)
                lampWatts.append(watts)
                lampIsLED.append(source.map { $0 < fields.count && text($0) == "led" } ?? true)
            default:
                continue
            }
        }
    }
}
