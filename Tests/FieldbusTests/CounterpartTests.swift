// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Logging
import Testing

@testable import Fieldbus

/// A program of others, run to the end.
enum Program {
    static func path(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func start(_ name: String, _ arguments: [String], output: FileHandle? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(name) ?? "/nonexistent/" + name)
        process.arguments = arguments
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// The exit status.
    static func run(_ name: String, _ arguments: [String], output: FileHandle? = nil) async throws -> Int32 {
        let process = try start(name, arguments, output: output)
        while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        return process.terminationStatus
    }

    static let hasClients = path("mosquitto_pub") != nil && path("mosquitto_sub") != nil
    static let hasBroker = path("mosquitto") != nil && hasClients
    static let hasOpenSSL = path("openssl") != nil
}

@Suite(.timeLimit(.minutes(1))) struct CounterpartTests {
    static let text = #"{"id":"L-21231-00001","t":1795284245,"seq":3,"level":70}"#

    @Test(.enabled(if: Program.hasClients, "mosquitto-clients is not installed"), arguments: ["mqttv311", "mqttv5"])
    func mosquittoPublishesToOurListener(_ version: String) async throws {
        try await withBench { bench in
            let common = ["-h", "127.0.0.1", "-p", "\(bench.port)", "-V", version, "-i", "G-1"]
            let status = try await Program.run(
                "mosquitto_pub",
                common + [
                    "-q", "1", "-t", "vigie/1/G-1/readings", "-m", CounterpartTests.text, "--repeat", "20",
                    "--will-topic", "vigie/1/G-1/link", "--will-payload", #"{"up":false}"#,
                ])
            #expect(status == 0)
            #expect(bench.tray.now.readings.count == 20)
            #expect(await bench.tray.waits { $0.links.count == 2 && $0.links.last?.isClean == true })
        }
    }

    @Test(.enabled(if: Program.hasClients, "mosquitto-clients is not installed"), arguments: ["mqttv311", "mqttv5"])
    func mosquittoReceivesOurOrders(_ version: String) async throws {
        try await withBench { bench in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("orders-\(UUID().uuidString)")
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = try Program.start(
                "mosquitto_sub",
                ["-h", "127.0.0.1", "-p", "\(bench.port)", "-V", version, "-i", "G-1", "-q", "1", "-t", "vigie/1/G-1/orders", "-C", "2"],
                output: FileHandle(forWritingTo: file))
            let listener = bench.listener
            // An order is dropped until the subscription stands.
            let frames = (1...2).map { OrderFrame(gateway: World.g1, order: $0, payload: Array("{\"order\":\($0)}".utf8)) }
            #expect(
                await waits {
                    listener.send([frames[0]])
                    return listener.statistics.now.ordersSent > 0
                })
            listener.send([frames[1]])
            #expect(await waits { !process.isRunning })
            #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("{\"order\":1}\n{\"order\":"))
        }
    }

    @Test(.enabled(if: Program.hasClients && Program.hasOpenSSL, "mosquitto-clients or openssl is not installed"))
    func aClientCertificateNamesItsGateway() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func openssl(_ arguments: String...) async throws {
            let status = try await Program.run("openssl", arguments)
            #expect(status == 0)
        }
        let curve = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        _ = try await Program.run(
            "openssl",
            ["req", "-x509", "-newkey"] + curve + ["-keyout", "\(folder)/ca.key", "-out", "\(folder)/ca.pem", "-subj", "/CN=Test CA"])
        for (name, subject) in [("server", "/CN=127.0.0.1"), ("gateway", "/CN=G-1")] {
            try await openssl(
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(folder)/\(name).key",
                "-out", "\(folder)/\(name).csr", "-subj", subject)
            try "subjectAltName=\(name == "server" ? "IP:127.0.0.1" : "DNS:gateway.example")\n"
                .write(toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
            try await openssl(
                "x509", "-req", "-in", "\(folder)/\(name).csr", "-CA", "\(folder)/ca.pem", "-CAkey", "\(folder)/ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", "\(folder)/\(name).ext", "-out", "\(folder)/\(name).pem")
        }
        let tls = MQTTListenerConfiguration.TLS(
            certificateChain: "\(folder)/server.pem", privateKey: "\(folder)/server.key", clientRoots: "\(folder)/ca.pem")
        try await withBench({
            $0.endpoints = [.init(port: 0, tls: tls)]
            $0.acceptsAnonymous = false
        }) { bench in
            let publish = [
                "-h", "127.0.0.1", "-p", "\(bench.port)", "--cafile", "\(folder)/ca.pem", "-q", "1",
                "-t", "vigie/1/G-1/readings", "-m", CounterpartTests.text,
            ]
            let status = try await Program.run(
                "mosquitto_pub", publish + ["--cert", "\(folder)/gateway.pem", "--key", "\(folder)/gateway.key"])
            #expect(status == 0)
            #expect(bench.tray.now.readings.assets == [World.l1.value])
            let without = try await Program.run("mosquitto_pub", publish)
            #expect(without != 0)
            #expect(bench.tray.now.readings.count == 1)
        }
    }

    @Test(.enabled(if: Program.hasBroker, "mosquitto is not installed"), arguments: [MQTTVersion.v3, .v5])
    func aBrokerKeepsWhatWeDidNotAcknowledge(_ version: MQTTVersion) async throws {
        let port = version == .v3 ? 28_831 : 28_832
        try await withBroker(port) { try await keeps(version, port) }
    }

    private func keeps(_ version: MQTTVersion, _ port: Int) async throws {
        let tray = Tray()
        var configuration = BrokerConfiguration(host: "127.0.0.1", port: port, clientID: "vigie-test")
        configuration.version = version
        configuration.sharedGroup = version == .v5 ? "rooms" : nil
        configuration.shortestPause = .milliseconds(50)
        func start() -> (BrokerClient, Task<Void, any Error>) {
            let client = BrokerClient(
                configuration: configuration, directory: DirectoryBox(World.directory), inlet: tray, clock: World.clock,
                log: Logger(label: "test"))
            return (client, Task { try await client.run() })
        }
        let common = ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1"]

        tray.change { $0.acknowledgesAtOnce = false }
        let (first, running) = start()
        #expect(await waits { first.isReady })
        let status = try await Program.run("mosquitto_pub", common + ["-t", "vigie/1/G-1/readings", "-m", CounterpartTests.text])
        #expect(status == 0)
        #expect(await tray.waits { $0.readings.count == 1 })
        running.cancel()
        _ = await running.result

        // Never acknowledged, so the broker gives it to us again.
        tray.change { $0.acknowledgesAtOnce = true }
        let (second, runningAgain) = start()
        #expect(await tray.waits { $0.readings.count == 2 })
        #expect(await waits { second.isReady })
        let orders = FileManager.default.temporaryDirectory.appendingPathComponent("orders-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: orders.path, contents: nil)
        let gateway = try Program.start(
            "mosquitto_sub", common + ["-t", "vigie/1/G-1/orders", "-C", "1"], output: FileHandle(forWritingTo: orders))
        #expect(
            await waits {
                second.send([OrderFrame(gateway: World.g1, order: 5, payload: Array(#"{"order":5}"#.utf8))])
                usleep(50_000)
                return !gateway.isRunning
            })
        #expect(try String(contentsOf: orders, encoding: .utf8) == "{\"order\":5}\n")
        #expect(await waits { second.statistics.now.ordersAcknowledged > 0 })
        runningAgain.cancel()
        _ = await runningAgain.result
    }

    /// Debian's mosquitto on a port of its own, for as long as `body` runs.
    func withBroker<T>(_ port: Int, _ body: () async throws -> T) async throws -> T {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mosquitto-\(UUID().uuidString).conf")
        try "listener \(port) 127.0.0.1\nallow_anonymous true\n".write(to: file, atomically: true, encoding: .utf8)
        let broker = try Program.start("mosquitto", ["-c", file.path])
        defer {
            // Not SIGTERM: the test's thread has it blocked, and the broker inherits that.
            kill(broker.processIdentifier, SIGKILL)
            try? FileManager.default.removeItem(at: file)
        }
        return try await body()
    }

    private func client(_ port: Int, _ id: String, _ tray: Tray, _ change: (inout BrokerConfiguration) -> Void = { _ in }) -> BrokerClient {
        var configuration = BrokerConfiguration(host: "127.0.0.1", port: port, clientID: id)
        configuration.shortestPause = .milliseconds(50)
        change(&configuration)
        return BrokerClient(
            configuration: configuration, directory: DirectoryBox(World.directory), inlet: tray, clock: World.clock,
            log: Logger(label: "test"))
    }

    func publish(_ port: Int, _ sequence: Int, gateway: String = "G-1") async throws {
        let text = #"{"id":"L-21231-00001","t":\#(1_795_284_000 + sequence),"seq":\#(sequence),"level":70}"#
        let status = try await Program.run(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "vigie/1/\(gateway)/readings", "-m", text])
        #expect(status == 0)
    }

    @Test(.enabled(if: Program.hasBroker, "mosquitto is not installed"))
    func twoBrokersBringTheirReadingsIntoOneRoomAndAWideFilterBringsNoOrderBack() async throws {
        try await withBroker(28_833) {
            try await withBroker(28_834) {
                let tray = Tray()
                let clients = [client(28_833, "room", tray) { $0.topics = ["vigie/1/#"] }, client(28_834, "room", tray)]
                let running = clients.map { client in Task { try await client.run() } }
                #expect(await waits { clients.allSatisfy(\.isReady) })
                try await publish(28_833, 1)
                try await publish(28_834, 2)
                #expect(await tray.waits { Set($0.readings.sequences) == [1, 2] })
                for client in clients { client.send([OrderFrame(gateway: World.g1, order: 9, payload: Array(#"{"order":9}"#.utf8))]) }
                #expect(await waits { clients.allSatisfy { $0.statistics.now.ordersAcknowledged == 1 } })
                try await publish(28_833, 3)
                #expect(await tray.waits { $0.readings.count == 3 })
                #expect(tray.now.refusals == RefusalCounts())
                for task in running {
                    task.cancel()
                    _ = await task.result
                }
            }
        }
    }

    @Test(.enabled(if: Program.hasBroker, "mosquitto is not installed"))
    func roomsThatShareASubscriptionGetEachMessageOnce() async throws {
        try await withBroker(28_835) {
            let trays = [Tray(), Tray()]
            let clients = trays.enumerated().map { i, tray in client(28_835, "room-\(i)", tray) { $0.sharedGroup = "rooms" } }
            let running = clients.map { client in Task { try await client.run() } }
            #expect(await waits { clients.allSatisfy(\.isReady) })
            for sequence in 1...20 { try await publish(28_835, sequence) }
            #expect(await waits { trays.reduce(0) { $0 + $1.now.readings.count } >= 20 })
            let got = trays.map { Set($0.now.readings.sequences) }
            #expect(got[0].isDisjoint(with: got[1]) && got[0].union(got[1]) == Set(1...20))
            #expect(!got[0].isEmpty && !got[1].isEmpty, "the broker deals them out in turn")
            for task in running {
                task.cancel()
                _ = await task.result
            }
        }
    }
}

/// A gateway that the room hears by two ways.
extension CounterpartTests {
    /// The gateway of a test as a client of a broker: mosquitto_sub that writes what it gets to a file.
    private struct Subscriber {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("orders-\(UUID().uuidString)")
        let process: Process

        init(_ port: Int) throws {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            process = try Program.start(
                "mosquitto_sub", ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "vigie/1/G-1/orders"],
                output: FileHandle(forWritingTo: file))
        }

        var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

        func end() {
            kill(process.processIdentifier, SIGKILL)
            try? FileManager.default.removeItem(at: file)
        }
    }

    @Test(.enabled(if: Program.hasBroker, "mosquitto is not installed"))
    func anOrderGoesByTheWayThroughWhichItsGatewayWasLastHeard() async throws {
        let port = 28_836
        try await withBroker(port) {
            let ways = WaysOut()
            var listening = MQTTListenerConfiguration(endpoints: [.init(port: 0)])
            listening.acceptsAnonymous = true
            let (tray, box) = (Tray(), DirectoryBox(World.directory))
            let log = Logger(label: "test")
            let listener = MQTTListener(
                configuration: listening, directory: box, inlet: tray, clock: World.clock, log: log, ear: ways.ear("listener"))
            var configuration = BrokerConfiguration(host: "127.0.0.1", port: port, clientID: "room")
            configuration.shortestPause = .milliseconds(50)
            let broker = BrokerClient(
                configuration: configuration, directory: box, inlet: tray, clock: World.clock, log: log, ear: ways.ear("broker"))
            ways.add(listener, named: "listener")
            ways.add(broker, named: "broker")
            try await listener.start()
            let running = Task { try await broker.run() }
            #expect(await waits { broker.isReady })
            func order(_ n: UInt64) -> OrderFrame { OrderFrame(gateway: World.g1, order: n, payload: Array("{\"order\":\(n)}".utf8)) }

            // Never heard: by all ways. It listens at the broker only; the orders that nobody took are not kept for it.
            let subscriber = try Subscriber(port)
            defer { subscriber.end() }
            var first: UInt64 = 100
            #expect(
                await waits {
                    first += 1
                    ways.send([order(first)])
                    usleep(20_000)
                    return subscriber.text.contains("{\"order\":\(first)}")
                })
            #expect(ways.way(of: World.g1) == nil && listener.statistics.now.ordersDropped > 0)

            // Heard by the broker: by it alone.
            try await publish(port, 1)
            #expect(await waits { ways.way(of: World.g1) == "broker" })
            let dropped = listener.statistics.now.ordersDropped
            ways.send([order(1)])
            #expect(await waits { subscriber.text.contains("{\"order\":1}") })
            #expect(listener.statistics.now.ordersDropped == dropped)

            // It comes in at the listener: from then on nothing goes to the broker any more, where its old session still listens.
            let client = try await RawClient(port: listener.boundPort ?? 0)
            _ = try await client.connect(.v5, "G-1")
            try await client.send { $0.subscribe(packetID: 1, [MQTTSubscription(filter: "vigie/1/G-1/orders", qos: 1)]) }
            #expect(try await client.next() == .subscribeAck(packetID: 1, [MQTTReason(rawValue: 1)]))
            #expect(await waits { ways.way(of: World.g1) == "listener" })
            ways.send([order(2)])
            #expect(try await client.nextPublish()?.payload == #"{"order":2}"#)
            // What the broker has to tell of before says nothing about now: the will of its old session.
            let will = try await Program.run(
                "mosquitto_pub", ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "vigie/1/G-1/link", "-m", #"{"up":false}"#])
            #expect(will == 0)
            try await publish(port, 9, gateway: "G-2")
            #expect(await waits { ways.way(of: World.g2) == "broker" }, "what came before it was read, too")
            #expect(ways.way(of: World.g1) == "listener" && !tray.now.links.contains { !$0.isUp })

            // Back at the broker, without a word of its link. Order 2, which the client never acknowledged, does not wait at the listener for its return.
            try await publish(port, 2)
            #expect(await waits { ways.way(of: World.g1) == "broker" })
            ways.send([order(3)])
            #expect(await waits { subscriber.text.contains("{\"order\":3}") })
            #expect(!subscriber.text.contains("{\"order\":2}"))
            #expect(tray.now.links.last == LinkEvent(gateway: World.g1, isUp: true, at: World.clock.now()))
            // That the connection at the listener ends is no news of it.
            let before = tray.now.links.count
            try await client.close()
            #expect(await waits { listener.statistics.now.connections == 0 })
            try await publish(port, 3)
            #expect(await tray.waits { $0.readings.sequences.contains(3) } && tray.now.links.count == before)
            #expect(ways.takeChanges() == [World.g1: "broker", World.g2: "broker"] && ways.takeChanges().isEmpty)
            running.cancel()
            _ = await running.result
            await listener.stop()
        }
    }
}
