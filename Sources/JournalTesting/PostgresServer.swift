// SPDX-License-Identifier: EUPL-1.2

// JournalTesting lends the test targets a PostgreSQL server of their own and fresh journals on either engine. No room imports it.

import Foundation
import Synchronization

/// A private PostgreSQL server in a temporary folder, from the distribution's packages, started once for the whole test process. A
/// watchdog in a shell ends it, and removes the folder, when the process is gone, however it went.
package final class PostgresServer: Sendable {
    /// Nil, with a message, where the packages are absent or the server does not start.
    package static let shared: PostgresServer? = {
        do {
            return try PostgresServer()
        } catch {
            print("PostgreSQL is left out of the tests: \(error)")
            return nil
        }
    }()

    private struct Unusable: Error, CustomStringConvertible { var description: String }

    private let folder: String
    private let next = Atomic<Int>(0)
    private let ways = Mutex<[StallingProxy]>([])
    private static let schemas = 2000

    private init() throws {
        guard let programs = PostgresServer.programs() else { throw Unusable(description: "install Debian's postgresql") }
        folder = "/tmp/vigie-postgres-\(getpid())"
        let asPostgres = geteuid() == 0 ? "setpriv --reuid postgres --regid postgres --clear-groups " : ""
        let script = """
            set -e
            cd /
            rm -rf "\(folder)"
            mkdir -m 700 "\(folder)"
            trap 'rm -rf "\(folder)"' EXIT
            \(asPostgres.isEmpty ? "" : "chown postgres \"\(folder)\"")
            \(asPostgres)\(programs)/initdb -D "\(folder)/data" -U vigie --auth=trust --no-sync -E UTF8 --locale=C >"\(folder)/log" 2>&1
            \(asPostgres)\(programs)/postgres -D "\(folder)/data" -k "\(folder)" -c listen_addresses= -c fsync=off \
                -c max_connections=200 -c shared_buffers=32MB >>"\(folder)/log" 2>&1 &
            server=$!
            while [ -d /proc/\(getpid()) ] && kill -0 $server 2>/dev/null; do sleep 0.3; done
            kill -QUIT $server 2>/dev/null || true
            wait $server || true
            """
        let watchdog = Process()
        watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
        watchdog.arguments = ["-c", script]
        // Its own descriptors: the test runner waits for those of the process to close.
        watchdog.standardInput = FileHandle.nullDevice
        watchdog.standardOutput = FileHandle.nullDevice
        watchdog.standardError = FileHandle.nullDevice
        try watchdog.run()
        let schemas = "DO $$ BEGIN FOR i IN 1..\(PostgresServer.schemas) LOOP EXECUTE 'CREATE SCHEMA test_' || i; END LOOP; END $$"
        for _ in 0..<150 {
            Thread.sleep(forTimeInterval: 0.1)
            guard watchdog.isRunning else { break }
            if PostgresServer.run(programs + "/psql", ["-q", "-h", folder, "-U", "vigie", "-d", "postgres", "-c", schemas]) == 0 { return }
        }
        throw Unusable(description: "the server did not start")
    }

    /// The URL of an empty place of one's own: a schema in the shared server.
    package func freshURL() -> String {
        let number = next.add(1, ordering: .relaxed).newValue
        precondition(number <= PostgresServer.schemas, "more schemas are needed")
        return "postgres://vigie@/postgres?host=\(folder)&options=-csearch_path%3Dtest_\(number)"
    }

    /// The same through a way on which traffic can be stopped; nil where no port is free.
    package func freshStallingURL() -> (url: String, proxy: StallingProxy)? {
        guard let proxy = StallingProxy(target: folder + "/.s.PGSQL.5432") else { return nil }
        // A way lives as long as the server: a test may be done with it before its journal is.
        ways.withLock { $0.append(proxy) }
        return (freshURL().replacingOccurrences(of: "host=\(folder)", with: "host=127.0.0.1&port=\(proxy.port)&sslmode=disable"), proxy)
    }

    /// The newest installed version, 15 or later.
    private static func programs() -> String? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let newest = versions.compactMap(Int.init).filter({ $0 >= 15 }).max() else { return nil }
        let path = "/usr/lib/postgresql/\(newest)/bin"
        return FileManager.default.isExecutableFile(atPath: path + "/initdb") ? path : nil
    }

    private static func run(_ program: String, _ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
