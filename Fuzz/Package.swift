// swift-tools-version: 6.2
// SPDX-License-Identifier: EUPL-1.2
import PackageDescription

// The parsers alone, by links to the sources of the house, so that the sanitizer builds nothing else: no package is fetched.
// Run by `tools/fuzz`. Each executable's `main` is libFuzzer's.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        room("ControlRoom", []),
        room("Fieldbus", ["ControlRoom"]),
        room("Journal", ["ControlRoom"]),
        room("Inventory", []),
        room("Town", ["ControlRoom"]),
        room("Post", ["ControlRoom"]),
        fuzzer("FuzzMail", ["Post"]),
        fuzzer("FuzzSMTP", ["Post"]),
        fuzzer("FuzzMQTT", ["Fieldbus"]),
        fuzzer("FuzzReadings", ["ControlRoom", "Fieldbus", "Town"]),
        fuzzer("FuzzPacked", ["ControlRoom", "Fieldbus", "Town"]),
        fuzzer("FuzzReceipts", ["ControlRoom", "Fieldbus", "Town"]),
        fuzzer("FuzzChunk", ["ControlRoom", "Journal"]),
        fuzzer("FuzzCSV", ["Inventory"]),
    ]
)
