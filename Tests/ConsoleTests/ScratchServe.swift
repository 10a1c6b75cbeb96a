import Console
import ControlRoom
import Foundation
import Hummingbird
import Logging
import Testing

@Suite struct ScratchServe {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["SCRATCH_PORT"] != nil)) func serve() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .configure)])
        var settings = SiteSettings()
        settings.operatorName = "Dijon métropole"
        settings.assetFolders = ["Web/dist"]
        let site = house.site(settings)
        try house.session(for: "ada").write(toFile: "/tmp/console/cookie", atomically: true, encoding: .utf8)
        let app = Application(
            responder: site.responder(), configuration: .init(address: .hostname("127.0.0.1", port: Int(ProcessInfo.processInfo.environment["SCRATCH_PORT"]!)!)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            group.addTask { try await Task.sleep(for: .seconds(Int(ProcessInfo.processInfo.environment["SCRATCH_SECONDS"] ?? "60")!)) }
            try await group.next()
            group.cancelAll()
        }
    }
}
