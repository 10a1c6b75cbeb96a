// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Logging
import Testing

@testable import Console
@testable import Supervision

@Suite struct PhotoRulesTests {
    static let good: [(name: String, bytes: [UInt8], type: PhotoType)] = [
        ("jpeg", PhotoSamples.jpeg, .jpeg), ("progressive", PhotoSamples.progressive, .jpeg), ("png", PhotoSamples.png, .png),
        ("palette", PhotoSamples.palette, .png), ("webp", PhotoSamples.webp, .webp), ("lossless", PhotoSamples.lossless, .webp),
        ("alpha", PhotoSamples.alpha, .webp),
    ]

    private func holds(_ bytes: [UInt8], _ text: String) -> Bool { String(decoding: bytes, as: Unicode.ASCII.self).contains(text) }

    @Test func thePictureStaysAndEverythingElseGoes() throws {
        for (name, bytes, type) in Self.good {
            let clean = try PhotoRules.clean(bytes)
            #expect(clean.type == type && clean.width == 16 && clean.height == 12, "\(name)")
            #expect(!holds(clean.bytes, "Secret") && !holds(clean.bytes, "GPS") && !holds(clean.bytes, "ICC"), "\(name)")
            #expect(try PhotoRules.clean(clean.bytes) == clean, "\(name): clean is clean")
        }
        #expect(holds(PhotoSamples.jpeg, "SecretCamera") && holds(PhotoSamples.jpeg, "SecretComment"), "the sample has what must go")
        #expect(holds(PhotoSamples.png, "SecretAuthor") && holds(PhotoSamples.webp, "SecretXmp"))
    }

    @Test func aPhotoTakenUprightStaysUpright() throws {
        let clean = try PhotoRules.clean(PhotoSamples.jpeg).bytes
        #expect(Array(clean[2..<4]) == [0xFF, 0xE1])
        #expect(PhotoJPEG.orientation(clean[6...]) == 6)
        let plain = try PhotoRules.clean(PhotoSamples.progressive).bytes
        #expect(Array(plain[2..<4]) != [0xFF, 0xE1], "no block where nothing is turned")
    }

    @Test func whatHangsOnBehindGoes() throws {
        let tail = Array("<script>alert(1)</script>SecretTail".utf8)
        for (name, bytes, _) in Self.good {
            #expect(try PhotoRules.clean(bytes + tail) == (try PhotoRules.clean(bytes)), "\(name)")
        }
    }

    @Test func aFileCutAnywhereIsRefused() {
        for (name, bytes, _) in Self.good {
            for end in 0..<bytes.count {
                #expect(throws: PhotoFault.self, "\(name) cut at \(end)") { try PhotoRules.clean(Array(bytes[..<end])) }
            }
        }
    }

    @Test func aBentByteIsRefusedOrHarmless() {
        for (name, bytes, _) in Self.good {
            for at in bytes.indices {
                for value in [0, 0xFF, bytes[at] ^ 1, bytes[at] ^ 0x80] as [UInt8] {
                    var bent = bytes
                    bent[at] = value
                    guard let clean = try? PhotoRules.clean(bent) else { continue }
                    #expect(clean.width * clean.height <= PhotoRules.mostPixels && clean.bytes.count <= bytes.count + 64, "\(name) \(at)")
                    #expect(!holds(clean.bytes, "Secret"), "\(name) \(at)")
                }
            }
        }
    }

    @Test func whatIsNoPhotoIsRefusedByItsName() {
        #expect(throws: PhotoFault.unknownFormat) { try PhotoRules.clean(Array("<svg onload=alert(1)>".utf8)) }
        #expect(throws: PhotoFault.unknownFormat) { try PhotoRules.clean(Array("GIF89a".utf8)) }
        #expect(throws: PhotoFault.unknownFormat) { try PhotoRules.clean([]) }
        #expect(throws: PhotoFault.tooLarge(limit: 100)) { try PhotoRules.clean(PhotoSamples.jpeg, limit: 100) }
        #expect(throws: PhotoFault.unsupported(.webp, "an animation")) { try PhotoRules.clean(PhotoSamples.animated) }
        #expect(throws: PhotoFault.unsupported(.jpeg, "4 colour components")) { try PhotoRules.clean(PhotoSamples.cmyk) }
    }

    /// A few bytes that would make a browser ask for gigabytes.
    @Test func aPictureThatWouldUnpackToGigabytesIsRefused() throws {
        var png = PhotoSamples.png
        png.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
        let sum = PhotoPNG.crc(png[12..<29])
        png.replaceSubrange(29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) })
        #expect(throws: PhotoFault.tooManyPixels(width: 65_535, height: 65_535)) { try PhotoRules.clean(png) }
        var jpeg = PhotoSamples.progressive
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC2 })
        jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: PhotoFault.tooManyPixels(width: 65_535, height: 65_535)) { try PhotoRules.clean(jpeg) }
    }
}

@Suite struct PhotoRoutesTests {
    private static func send(
        _ visitor: Visitor, _ file: [UInt8], caption: String = "mât", to asset: String = "L-7", name: String = "../../etc/passwd.svg"
    ) async throws -> TestResponse {
        let page = try await visitor.get("/console/map").text
        let token = page.range(of: "name=\"csrf-token\" content=\"").map { String(page[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
        return try await send(visitor, file, caption: caption, to: asset, name: name, token: token)
    }

    private static func send(
        _ visitor: Visitor, _ file: [UInt8], caption: String, to asset: String, name: String, token: String
    ) async throws -> TestResponse {
        var body = ByteBuffer()
        for (field, value) in [("csrf", token), ("caption", caption)] {
            body.writeString("--sep\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n")
        }
        body.writeString(
            "--sep\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\(name)\"\r\nContent-Type: text/html\r\n\r\n")
        body.writeBytes(file)
        body.writeString("\r\n--sep--\r\n")
        return try await visitor.client.executeRequest(
            uri: "/console/assets/\(asset)/photos", method: .post,
            headers: [.cookie: visitor.cookie, .contentType: "multipart/form-data; boundary=sep"], body: body)
    }

    @Test func aPhotoIsAddedShownAndRemovedWithAReason() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let sent = try await Self.send(visitor, PhotoSamples.jpeg, caption: "mât <plié>")
            #expect(sent.status == .seeOther, "\(sent.text.suffix(500))")
            let sheet = try await visitor.get("/console/assets/L-7").text
            #expect(sheet.contains("src=\"/console/assets/L-7/photos/1\"") && sheet.contains("mât &lt;plié&gt;"))
            #expect(!sheet.contains("passwd"), "the file's own name is not used")
            let photo = try await visitor.get("/console/assets/L-7/photos/1")
            #expect(photo.headers[.contentType] == "image/jpeg" && photo.headers[.xContentTypeOptions] == "nosniff")
            #expect(Array(buffer: photo.body) == (try PhotoRules.clean(PhotoSamples.jpeg).bytes))
            #expect(try await visitor.get("/console/assets/L-2/photos/1").status == .notFound, "another asset's")
            #expect(try await visitor.post("/console/assets/L-7/photos/1/removal", ["reason": ""]).status == .unprocessableContent)
            #expect(try await visitor.post("/console/assets/L-7/photos/1/removal", ["reason": "un passant"]).status == .seeOther)
            #expect(try await visitor.get("/console/assets/L-7/photos/1").status == .notFound)
            #expect(try await visitor.get("/console/log").text.contains("Photo 1 de L-7 retirée : un passant"))
            #expect(try await Self.send(visitor, PhotoSamples.webp).status == .seeOther)
            #expect(try await visitor.get("/console/assets/L-7/photos/2").status == .ok, "a number is never given twice")
            #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM asset_photo")?.int(0) } == 1)
        }
    }

    @Test func whatIsNoPhotoLeavesNothingBehind() async throws {
        try await World.visit { visitor, world async throws -> Void in
            for file in [Array("<html><script>".utf8), [], PhotoSamples.animated, Array(PhotoSamples.png.dropLast(20))] {
                #expect(try await Self.send(visitor, file).status == .unprocessableContent)
            }
            #expect(
                try await Self.send(visitor, PhotoSamples.jpeg, caption: String(repeating: "a", count: 301)).status == .unprocessableContent
            )
            #expect(try await Self.send(visitor, [UInt8](repeating: 0xFF, count: 3 << 20)).status == .contentTooLarge)
            let forged = try await Self.send(visitor, PhotoSamples.jpeg, caption: "", to: "L-7", name: "a.jpg", token: "none")
            #expect(forged.status == .forbidden)
            #expect(try await world.journal.read { try $0.row("SELECT COUNT(*) FROM asset_photo")?.int(0) } == 0)
        }
    }

    @Test func rightsAreThoseOfTheAssetsCommune() async throws {
        try await World.visit { visitor, world async throws -> Void in
            let (bob, eve, kim) = (visitor.like("bob", in: world), visitor.like("eve", in: world), visitor.like("kim", in: world))
            #expect(try await Self.send(bob, PhotoSamples.jpeg).status == .forbidden)
            #expect(try await Self.send(kim, PhotoSamples.jpeg, to: "L-2").status == .notFound)
            #expect(try await Self.send(kim, PhotoSamples.jpeg).status == .seeOther)
            #expect(try await Self.send(visitor, PhotoSamples.png, to: "L-2").status == .seeOther)
            #expect(try await eve.get("/console/assets/L-7/photos/1").status == .ok)
            #expect(try await eve.get("/console/assets/L-2/photos/2").status == .notFound)
            #expect(try await eve.get("/console/assets/L-7").text.contains("enctype") == false)
            #expect(try await bob.post("/console/assets/L-7/photos/1/removal", ["reason": "r"]).status == .forbidden)
        }
    }

    @Test func aPhotoEndsOnItsDay() throws {
        let journal = try Journal.open(.memory, migrations: Supervision.migrations, log: .init(label: "test"))
        let (clean, now) = (try PhotoRules.clean(PhotoSamples.png), Instant(year: 2026, month: 11, day: 21))
        try journal.writeHere { transaction in
            _ = try PhotoStore.add(clean, caption: "", to: Asset.Number(7), by: "ada", at: now, in: transaction)
            try PhotoStore.keep(days: 30, in: transaction)
            try AccountStore.destroy(at: now + .days(29), in: transaction)
            #expect(try PhotoStore.photos(of: Asset.Number(7), in: transaction).count == 1)
            try AccountStore.destroy(at: now + .days(30), in: transaction)
            #expect(try PhotoStore.photos(of: Asset.Number(7), in: transaction).isEmpty)
        }
    }

    @Test func anAssetHasSoManyPhotosAndNoMore() throws {
        let journal = try Journal.open(.memory, migrations: Supervision.migrations, log: .init(label: "test"))
        let (clean, now) = (try PhotoRules.clean(PhotoSamples.lossless), Instant(year: 2026, month: 11, day: 21))
        try journal.writeHere { transaction in
            for number in 1...PhotoStore.most {
                let given = try PhotoStore.add(clean, caption: "", to: Asset.Number(7), by: "ada", at: now, in: transaction)
                #expect(given == Int64(number))
            }
            let oneMore = try PhotoStore.add(clean, caption: "", to: Asset.Number(7), by: "ada", at: now, in: transaction)
            #expect(oneMore == nil)
        }
    }
}
