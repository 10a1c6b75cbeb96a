// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Logging
import Testing

@testable import vigie

@Suite struct ConfigurationTests {
    private func problems(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "vigie-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func withNothingGivenEverySettingHasItsDefault() throws {
        let made = try Configuration.load(arguments: [], environment: [:], file: nil)
        #expect(made.http.port == 8080)
        #expect(made.journal == .file(".vigie/vigie.sqlite"))
        #expect(made.turnInterval == .milliseconds(2))
        #expect(made.intakeBytes == 8 * 1_073_741_824)
        #expect(made.history.raw["*"] == .days(400))
        #expect(made.timezone == "Europe/Paris")
        #expect(made.sources.count == Setting.all.count)
        #expect(made.sources.allSatisfy { $0.origin == "default" })
    }

    @Test func theCommandLineWinsOverTheEnvironmentOverTheFileOverTheDefaults() throws {
        let path = try file("http:\n  port: 1001\n  bind: 10.0.0.1\nmqtt: { port: 1002 }\nlog:\n  level: debug\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let made = try Configuration.load(
            arguments: ["http.port=1003"], environment: ["VIGIE_HTTP_PORT": "1004", "VIGIE_MQTT_PORT": "1005", "HOME": "/root"], file: path)
        #expect(made.http.port == 1003)
        #expect(made.mqtt.port == 1005)
        #expect(made.http.bind == "10.0.0.1")
        #expect(made.logLevel == .debug)
        let origins = Dictionary(uniqueKeysWithValues: made.sources.map { ($0.setting.key, $0.origin) })
        #expect(origins["http.port"] == "--set http.port")
        #expect(origins["mqtt.port"] == "VIGIE_MQTT_PORT")
        #expect(origins["http.bind"] == "\(path):3")
        #expect(origins["turn.interval"] == "default")
    }

    @Test func anUnknownKeyIsAnErrorThatNamesTheNearest() throws {
        let path = try file("http:\n  prot: 1001\nmqttt:\n  port: 3\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let inFile = problems { _ = try Configuration.load(arguments: [], environment: [:], file: path) }
        #expect(inFile.contains(":2: there is no setting 'http.prot'; the nearest is 'http.port'"))
        #expect(inFile.contains("'mqttt.port'; the nearest is 'mqtt.port'"))
        let inEnvironment = problems { _ = try Configuration.load(arguments: [], environment: ["VIGIE_HTTP_PROT": "1"], file: nil) }
        #expect(inEnvironment.contains("VIGIE_HTTP_PROT: no such setting in the environment; the nearest is VIGIE_HTTP_PORT"))
        let onLine = problems { _ = try Configuration.load(arguments: ["jurnal=x"], environment: [:], file: nil) }
        #expect(onLine.contains("the nearest is 'journal'"))
    }

    @Test(arguments: [
        ("http.port=80800", "a whole number from 0 to 65535"), ("http.port=eight", "a whole number"),
        ("turn.interval=10", "a time with its unit"), ("turn.interval=2h", "a time with its unit"),
        ("mqtt.packet=99999999999999999999GiB", "a size with its unit"), ("log.level=loud", "one of trace, debug"),
        ("timezone=Europe/Dijon", "IANA"), ("http.public-url=vigie.example", "an address that begins with http:// or https://"),
        ("mqtt.anonymous=perhaps", "'true' or 'false'"), ("history.raw=lamp=400d", "every other kind"),
        ("history.raw=lamp,*=1d", "kinds with their times"), ("journal=mysql://a/b", "postgres://"),
        ("mqtt.brokers=broker:1883", "'mqtt://host'"), ("mqtt.brokers=mqtt://h:99999", "'mqtt://host'"),
        ("mqtt.brokers=mqtt://h?tpoic=a", "not 'tpoic'"),
        ("mqtt.brokers=mqtt://h?topic=a%23", "a filter such as"), ("mqtt.brokers=mqtt://h?topic=", "a filter such as"),
        ("mqtt.brokers=mqtt://h?share=rooms", "'client=' beside 'share='"), ("mqtt.brokers=mqtts://h?cert=a.pem", "'cert=' and 'key='"),
    ])
    func aWrongValueSaysWhatWouldBeRight(_ argument: String, _ right: String) {
        let said = problems { _ = try Configuration.load(arguments: [argument], environment: [:], file: nil) }
        #expect(said.contains("right would be"), "\(said)")
        #expect(said.contains(right), "\(said)")
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        let said = problems {
            _ = try Configuration.load(
                arguments: ["http.port=x", "nothing"], environment: ["VIGIE_NOTHING": "", "VIGIE_MQTT_PORT": "y"], file: "/nowhere/at/all")
        }
        #expect(said.contains("/nowhere/at/all: cannot be read"))
        #expect(said.contains("expected key=value"))
        #expect(said.contains("VIGIE_NOTHING"))
    }

    @Test func valuesThatContradictEachOtherAreRefused() {
        #expect(
            problems { _ = try Configuration.load(arguments: ["mqtt.certificate=/a.pem"], environment: [:], file: nil) }
                .contains("go together"))
        #expect(
            problems { _ = try Configuration.load(arguments: ["mqtt.client-ca=/a.pem"], environment: [:], file: nil) }
                .contains("needs mqtt.certificate"))
        #expect(
            problems { _ = try Configuration.load(arguments: ["session.idle=13h"], environment: [:], file: nil) }
                .contains("session.idle must not be longer"))
    }

    @Test func aSecretIsNeverPrinted() throws {
        let made = try Configuration.load(
            arguments: ["journal=postgres://vigie:s3cret@db/vigie", "mqtt.brokers=mqtts://u:hush@broker.example"], environment: [:],
            file: nil)
        let table = ConfigurationDocument.table(made.sources)
        #expect(table.contains("••••"))
        #expect(!table.contains("s3cret") && !table.contains("hush"))
        let said = problems { _ = try Configuration.load(arguments: ["journal=mysql://u:s3cret@h/d"], environment: [:], file: nil) }
        #expect(!said.isEmpty && !said.contains("s3cret"))
    }

    @Test func aBrokerIsReadFromItsAddress() throws {
        let made = try Configuration.load(
            arguments: ["mqtt.brokers=mqtts://ville:p%40ss@broker.example?topic=ul/%23&topic=b&share=vigie&client=room-a, mqtt://two:1884"],
            environment: [:], file: nil)
        let first = try #require(made.mqtt.brokers.first)
        #expect(first.host == "broker.example" && first.port == 8883 && first.isTLS)
        #expect(first.user == "ville" && first.password == "p@ss")
        #expect(first.topics == ["ul/#", "b"] && first.share == "vigie" && first.client == "room-a")
        #expect(made.mqtt.brokers.count == 2 && made.mqtt.brokers[1].port == 1884 && !made.mqtt.brokers[1].isTLS)
    }

    @Test func retentionIsWrittenByKindInTheFileAsAGroup() throws {
        let layer = try ConfigurationLayer.yaml(
            "history:\n  raw: { lamp: 90d, \"*\": 400d }\nhttp:\n  trusted-proxies: [127.0.0.1, \"::1\"]", name: "f")
        #expect(layer.entries["history.raw"]?.text == "lamp=90d, *=400d")
        #expect(layer.entries["http.trusted-proxies"]?.text == "127.0.0.1, ::1")
    }

    @Test func aTrustedProxyIsAnAddress() throws {
        let made = try Configuration.load(arguments: ["http.trusted-proxies=127.0.0.1, 2001:DB8:0::1"], environment: [:], file: nil)
        #expect(made.http.trustedProxies == ["127.0.0.1", "2001:db8::1"])
        for wrong in ["localhost", "10.0.0.0/8", "127.0.0.1:80"] {
            let said = problems { _ = try Configuration.load(arguments: ["http.trusted-proxies=\(wrong)"], environment: [:], file: nil) }
            #expect(said.contains("'\(wrong)' is none"), "\(said)")
        }
    }

    @Test func aFileThatIsNotYAMLSaysWhereItBreaks() {
        #expect(problems { _ = try ConfigurationLayer.yaml("http: [1, 2", name: "f.yaml") }.contains("f.yaml: not YAML"))
        #expect(problems { _ = try ConfigurationLayer.yaml("just words", name: "f.yaml") }.contains("expected settings"))
        #expect(
            problems { _ = try ConfigurationLayer.yaml("http:\n  port: [1, 2]\n  bind: {a: {b: c}}", name: "f.yaml") }.contains("f.yaml:3"))
    }

    @Test func everyDefaultIsAValueOfItsOwnType() {
        for setting in Setting.all { #expect(throws: Never.self, "\(setting.key)") { _ = try setting.type.read(setting.fallback) } }
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
    }

    @Test(arguments: [
        ("90s", 90_000 as Int64?), ("10ms", 10), ("1d", 86_400_000), ("8 h", 28_800_000), ("5", nil), ("-1s", nil), ("s", nil),
        ("9223372036854775807d", nil),
    ])
    func aTimeIsANumberWithItsUnit(_ text: String, _ milliseconds: Int64?) {
        #expect(Units.span(text)?.milliseconds == milliseconds)
    }

    @Test func theDocumentationIsWhatTheProgramWrites() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/operating/configuration.md"), encoding: .utf8)
        #expect(page == ConfigurationDocument.markdown, "run: vigie check config --documentation > docs/operating/configuration.md")
    }
}
