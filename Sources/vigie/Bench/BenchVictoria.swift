// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal

extension BenchRun {
    /// Samples a second that VictoriaMetrics takes on this machine, the same as the historian's and in the order in which they came, through
    /// its import interface until they can be asked for, and what a sample takes on its disk (data and index, without its caches) after it
    /// merged its parts and ended cleanly; nil where it is not installed (Debian: victoria-metrics).
    func victoriaMetrics(lamps: Int, readings: Int) throws -> (rate: Double, bytesASample: Double)? {
        guard let program = findProgram("victoria-metrics") else { return nil }
        let port = try freePort()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-storageDataPath=\(root)/victoria", "-httpListenAddr=127.0.0.1:\(port)", "-retentionPeriod=100y"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { endAtOnce(process) }
        try awaitPort(port, of: process)
        let bodies = VictoriaText.bodies(lamps: lamps, readings: readings)
        let began = ContinuousClock.now
        for body in bodies {
            let answer = try rawHTTP(port: port, method: "POST", path: "/api/v1/import", body: body)
            guard answer.hasPrefix("HTTP/1.1 2") else { throw BenchMetrics.Trouble.refused(String(answer.prefix(60))) }
        }
        _ = try rawHTTP(port: port, path: "/internal/force_flush")
        let elapsed = vigie.seconds(since: began)
        let count = try counted(port)
        guard count == lamps * readings * 6 else {
            throw BenchMetrics.Trouble.noCounter("\(lamps * readings * 6) samples in VictoriaMetrics but \(count)")
        }
        _ = try rawHTTP(port: port, path: "/internal/force_merge")
        // It merges behind the answer, and says in its own figures how many such runs are under way.
        for _ in 0..<600 {
            usleep(100_000)
            if try rawHTTP(port: port, path: "/metrics").contains("vm_active_force_merges 0") { break }
        }
        process.interrupt()
        process.waitUntilExit()
        let bytes = ["data", "indexdb"].reduce(0) { $0 + sizeOfFiles(root + "/victoria/" + $1) }
        return (Double(count) / elapsed, Double(bytes) / Double(count))
    }

    private func sizeOfFiles(_ folder: String) -> Int {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.reduce(0) { sum, file in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + file)
            return sum + (facts?[.type] as? FileAttributeType == .typeRegular ? (facts?[.size] as? NSNumber)?.intValue ?? 0 : 0)
        }
    }

    /// How many samples can be asked for, by its own count.
    private func counted(_ port: Int) throws -> Int {
        // sum(count_over_time({__name__!=""}[30d])) on the last day of January 2026
        let query = "sum(count_over_time(%7B__name__%21%3D%22%22%7D%5B30d%5D))"
        let text = try rawHTTP(port: port, path: "/api/v1/query?query=\(query)&time=1769817600&nocache=1")
        let value = text.components(separatedBy: "\"value\":[").last?.split(separator: "\"").dropFirst().first
        return value.flatMap { Int($0) } ?? 0
    }
}

/// The historian's samples as VictoriaMetrics imports them (JSON lines: a series, its values, its times), rendered before the clock starts.
private enum VictoriaText {
    /// Sixteen readings of every lamp a body, as the historian's own measurement hands them over.
    static func bodies(lamps: Int, readings: Int) -> [[UInt8]] {
        let names = ["level", "power", "energy", "voltage", "temperature", "faults"]
        var data = (0..<lamps).map { LampData(seed: UInt64($0), from: Instant(year: 2026, month: 1, day: 1)) }
        return stride(from: 0, to: readings, by: 16).map { start in
            var body = ""
            for lamp in 0..<lamps {
                let samples = (start..<min(start + 16, readings)).map { _ in data[lamp].next() }
                let times = samples.map { String($0.at.milliseconds) }.joined(separator: ",")
                for (slot, name) in names.enumerated() {
                    let values = samples.map { String($0.values[slot]) }.joined(separator: ",")
                    body += #"{"metric":{"__name__":"\#(name)","lamp":"L-\#(lamp)"},"values":[\#(values)],"timestamps":[\#(times)]}"# + "\n"
                }
            }
            return Array(body.utf8)
        }
    }
}
