// swift-tools-version: 6.2
// SPDX-License-Identifier: EUPL-1.2
import PackageDescription

// One vocabulary (ControlRoom), four walls (Journal, Fieldbus, Console, Watch), the desks, one door (vigie).
// Who may import whom is written here and held by `swift build --explicit-target-dependency-import-check error`.

// `make test` and `make check` set VIGIE_STRICT: our own targets then fail on any warning, the packages that we use do not.
let isStrict = Context.environment["VIGIE_STRICT"] == "1"

let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func suite(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "vigie",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "vigie", targets: ["vigie"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .systemLibrary(name: "CPictures", providers: [.apt(["libturbojpeg0-dev", "libpng-dev", "libwebp-dev"])]),

        // The vocabulary.
        room("ControlRoom", []),
        // Pictures of strangers, in a process of their own.
        room("Darkroom", ["CPictures"]),

        // Arithmetic of a day's rounds: a leaf, values in and values out.
        room("Rounds", ["ControlRoom"]),

        // The walls.
        room(
            "Journal",
            [
                "ControlRoom", "CPostgres", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"), crypto, logging,
            ]),
        room("Inventory", ["ControlRoom", "Journal", crypto, logging]),
        room(
            "Fieldbus",
            [
                "ControlRoom", .product(name: "X509", package: "swift-certificates"), .product(name: "SwiftASN1", package: "swift-asn1"),
                crypto, logging,
            ] + nio),
        room(
            "Console",
            [
                "ControlRoom", "CArgon2", "CZlib", hummingbird, crypto, logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        room("Watch", ["ControlRoom", "Journal", "Inventory", logging]),
        room(
            "Errand",
            [
                "ControlRoom", .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
            ] + nio),
        room("Post", ["ControlRoom", "Journal", "Errand", crypto, logging] + nio),

        // The desks.
        room(
            "Supervision",
            [
                "ControlRoom", "Journal", "Inventory", "Fieldbus", "Console", "Watch", hummingbird, logging,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        room("Lighting", ["ControlRoom", "Journal", "Inventory", "Fieldbus", "Console", "Watch", hummingbird, logging]),
        room(
            "Reports",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "Errand", "Post", hummingbird, crypto, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        room(
            "Interventions",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "Rounds", hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        room(
            "Privacy",
            ["ControlRoom", "Journal", "Console", hummingbird, .product(name: "HTTPTypes", package: "swift-http-types")]),
        room(
            "Services",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "CZlib", hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        // The simulated city, and the door.
        room("Rehearsal", ["ControlRoom", "Fieldbus", logging] + nio),
        .executableTarget(
            name: "vigie",
            dependencies: [
                "ControlRoom", "Journal", "Inventory", "Fieldbus", "Console", "Watch", "Errand", "Post", "Supervision", "Lighting",
                "Reports",
                "Interventions", "Privacy", "Services", "Rehearsal", "Rounds", "Darkroom", "CZlib", hummingbird, logging, lifecycle, "Yams",
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ] + nio,
            swiftSettings: strict),

        suite("ControlRoomTests", ["ControlRoom"]),
        suite("DarkroomTests", ["CPictures", "Darkroom"]),
        suite("RoundsTests", ["ControlRoom", "Rounds"]),
        // A PostgreSQL server of the tests' own; used by test targets only.
        room("JournalTesting", ["Journal", logging]),
        suite("JournalTests", ["ControlRoom", "Journal", "JournalTesting", crypto, logging], exclude: ["Fixtures"]),
        suite("InventoryTests", ["ControlRoom", "Journal", "JournalTesting", "Inventory", logging]),
        suite("FieldbusTests", ["ControlRoom", "Fieldbus"] + nio),
        suite("ConsoleTests", ["ControlRoom", "Console", "CZlib", hummingbird, hummingbirdTesting]),
        suite("WatchTests", ["ControlRoom", "Journal", "JournalTesting", "Inventory", "Watch", logging]),
        suite("ErrandTests", ["ControlRoom", "Errand"] + nio),
        suite("PostTests", ["ControlRoom", "Journal", "JournalTesting", "Errand", "Post", crypto, logging] + nio),
        suite("LightingTests", ["ControlRoom", "Journal", "Watch", "Lighting"]),
        suite(
            "SupervisionTests",
            [
                "ControlRoom", "Journal", "Inventory", "Fieldbus", "Console", "Watch", "Lighting", "Supervision", "JournalTesting",
                hummingbird, hummingbirdTesting, logging, .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        suite(
            "ReportsTests",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "Errand", "Post", "Reports", "Privacy", "JournalTesting",
                hummingbird, hummingbirdTesting, logging, .product(name: "HTTPTypes", package: "swift-http-types"),
            ] + nio),
        suite(
            "InterventionsTests",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "Rounds", "Interventions", "JournalTesting", hummingbird,
                hummingbirdTesting, logging, .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        suite(
            "ServicesTests",
            [
                "ControlRoom", "Journal", "Inventory", "Console", "Watch", "Services", "JournalTesting", hummingbird, hummingbirdTesting,
                logging, .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        suite("RehearsalTests", ["ControlRoom", "Fieldbus", "Rehearsal"]),
        suite("HouseTests", []),
        suite(
            "DoorTests",
            [
                "ControlRoom", "Darkroom", "Journal", "JournalTesting", "Inventory", "Fieldbus", "Watch", "Errand", "Lighting", "Reports",
                "Interventions", "Services", "Rehearsal", "Rounds", "Console", "vigie", logging,
            ]),
    ]
)
