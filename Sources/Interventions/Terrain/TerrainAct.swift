// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Inventory

/// One thing that a crew did, as its tablet tells it, perhaps hours later: what, to which job, when by the tablet's clock, and which version of
/// the job was seen then. `number` is its place in the tablet's queue, from 1 on without a gap; `key` is made by the tablet.
package struct TerrainAct: Sendable, Hashable {
    package var number: Int
    package var key: String
    package var at: Instant
    package var job: Job.Number
    /// Position of the last line of the job's history that the tablet had; 0 for unknown.
    package var seen: Int64
    package var deed: Deed

    package enum Deed: Sendable, Hashable {
        case start
        case pause
        case proceed
        case block(because: String)
        case finish(JobProof, text: String)
        case note(String)
        case time(minutes: Int)
        case parts(String, count: Int)
        /// Name of a third person and their hand, a PNG; empty where none was drawn.
        case sign(String, picture: [UInt8])
        /// A measure and who confirms it.
        case confirm(Safety, by: String)
        /// A photo that came in pieces under its key, in so many bytes.
        case photo(JobPhotoStore.Stage, key: String, size: Int)
        /// What cannot be read, and why: it takes its place in the queue and is refused there, so that what comes after it is not held up.
        case unreadable(Words)
    }

    /// False where only its place and key are known.
    var isReadable: Bool { if case .unreadable = deed { false } else { true } }

    package var sort: JobAct.Sort {
        switch deed {
        case .start: .start
        case .pause: .pause
        case .proceed: .proceed
        case .block: .block
        case .finish: .finish
        case .note: .note
        case .time: .time
        case .parts: .parts
        case .sign: .sign
        case .confirm: .confirm
        case .photo: .photo
        case .unreadable: .note
        }
    }
}

// MARK: JSON

extension TerrainAct {
    static let longestPicture = 96 * 1024

    /// What has a place and a key is an act, whatever else is wrong with it.
    /// - Throws: `JobFault.fields` where its place or its key cannot be read.
    package init(_ json: JSON) throws {
        number = Int(try TerrainAct.whole(json, "n", 1...1_000_000_000))
        key = json["id"]?.textOrNil ?? ""
        guard TerrainRules.isKey(key) else { throw TerrainAct.wrong("id") }
        do {
            at = Instant(milliseconds: try TerrainAct.whole(json, "at", 0...4_102_444_800_000))
            job = Job.Number(try TerrainAct.whole(json, "job", 1...TerrainAct.mostNumber))
            seen = json["seen"] == nil ? 0 : try TerrainAct.whole(json, "seen", 0...TerrainAct.mostNumber)
            deed = try TerrainAct.deed(json)
        } catch let fault as JobFault {
            (at, job, seen, deed) = (.distantPast, Job.Number(0), 0, .unreadable(fault.words))
        }
    }

    /// Of a job or a version, so that it is exact in JSON.
    static let mostNumber = Int64(1) << 50

    private static func wrong(_ name: String) -> JobFault {
        .field(name, "« \(name) » manque ou n'est pas lisible.", "'\(name)' is missing or cannot be read.")
    }

    private static func whole(_ json: JSON, _ name: String, _ range: ClosedRange<Int64>) throws -> Int64 {
        guard let number = json[name]?.numberOrNil, number == number.rounded(), abs(number) < 9e15, range.contains(Int64(number)) else {
            throw wrong(name)
        }
        return Int64(number)
    }

    private static func deed(_ json: JSON) throws -> Deed {
        func text(_ name: String, or fallback: String? = nil) throws -> String {
            guard let text = json[name]?.textOrNil ?? fallback, text.utf8.count <= 16_384, !text.utf8.contains(0) else { throw wrong(name) }
            return text
        }
        switch try text("act") {
        case "start": return .start
        case "pause": return .pause
        case "proceed": return .proceed
        case "block": return .block(because: try text("text"))
        case "finish":
            let words = try text("text", or: "")
            return try text("proof") == "photos" ? .finish(.photos, text: words) : .finish(.word(try text("name")), text: words)
        case "note": return .note(try text("text"))
        case "time": return .time(minutes: Int(try whole(json, "minutes", 1...100_000)))
        case "parts": return .parts(try text("name"), count: Int(try whole(json, "count", 1...100_000)))
        case "sign":
            let picture = json["picture"]?.textOrNil ?? ""
            guard picture.utf8.count <= TerrainAct.longestPicture * 4 / 3 + 4, let data = Data(base64Encoded: picture) else {
                throw wrong("picture")
            }
            return .sign(try text("name"), picture: Array(data))
        case "confirm":
            guard let safety = Safety(rawValue: try text("safety")) else { throw wrong("safety") }
            return .confirm(safety, by: try text("name"))
        case "photo":
            guard let stage = JobPhotoStore.Stage(rawValue: try text("stage")) else { throw wrong("stage") }
            let photo = try text("photo")
            guard TerrainRules.isKey(photo) else { throw wrong("photo") }
            return .photo(stage, key: photo, size: Int(try whole(json, "size", 1...Int64(TerrainRules.photoLimit))))
        default: throw wrong("act")
        }
    }

    /// As it came, so that it can be done later after all.
    package var json: JSON {
        var members: [(key: String, value: JSON)] = [
            ("n", .number(Double(number))), ("id", .text(key)), ("at", .number(Double(at.milliseconds))),
            ("job", .number(Double(job.value))), ("seen", .number(Double(seen))), ("act", .text(sort.rawValue)),
        ]
        switch deed {
        case .start, .pause, .proceed, .unreadable: break
        case .block(let text), .note(let text): members.append(("text", .text(text)))
        case .finish(.photos, let text): members += [("proof", .text("photos")), ("text", .text(text))]
        case .finish(.word(let name), let text): members += [("proof", .text("word")), ("name", .text(name)), ("text", .text(text))]
        case .time(let minutes): members.append(("minutes", .number(Double(minutes))))
        case .parts(let name, let count): members += [("name", .text(name)), ("count", .number(Double(count)))]
        case .sign(let name, let picture):
            members += [("name", .text(name)), ("picture", .text(Data(picture).base64EncodedString()))]
        case .confirm(let safety, let name): members += [("safety", .text(safety.rawValue)), ("name", .text(name))]
        case .photo(let stage, let key, let size):
            members += [("stage", .text(stage.rawValue)), ("photo", .text(key)), ("size", .number(Double(size)))]
        }
        return .object(members)
    }
}

/// What a tablet sends: its queue from some place on, the time on its clock, and which versions of jobs it has.
package struct TerrainBatch: Sendable {
    /// Made once with the queue; a tablet that lost its memory begins another.
    package var queue: String
    package var now: Instant
    package var acts: [TerrainAct]

    package static let most = 200

    package init(queue: String, now: Instant, acts: [TerrainAct]) { (self.queue, self.now, self.acts) = (queue, now, acts) }

    /// - Throws: `JobFault.fields`.
    package init(_ json: JSON) throws {
        guard let queue = json["queue"]?.textOrNil, TerrainRules.isKey(queue) else {
            throw JobFault.field("queue", "8 à 40 lettres, chiffres, '-' ou '_'.", "8 to 40 letters, digits, '-' or '_'.")
        }
        guard let now = json["now"]?.numberOrNil, now >= 0, now < 9e15 else {
            throw JobFault.field("now", "L'heure de la tablette, en millisecondes.", "The tablet's time, in milliseconds.")
        }
        let items = json["acts"]?.listOrNil ?? []
        guard items.count <= TerrainBatch.most else {
            throw JobFault.field("acts", "\(TerrainBatch.most) actes au plus à la fois.", "At most \(TerrainBatch.most) acts at a time.")
        }
        self.init(queue: queue, now: Instant(milliseconds: Int64(now)), acts: try items.map(TerrainAct.init))
    }
}

/// What became of an act, told after it was kept, and told the same however often it is asked.
package struct TerrainReceipt: Sendable, Hashable {
    package enum Fate: String, Sendable, Hashable, CaseIterable {
        case done
        /// It did not fit any more: it stands in the history without effect until a person decides.
        case conflict
        /// It can never be kept (another crew's job, a photo that is none, words that are too long).
        case refused
        /// Something before it is missing: it is to be sent again after that.
        case early
    }

    package var number: Int
    package var key: String
    package var fate: Fate
    package var because: Words?

    package init(number: Int, key: String, fate: Fate, because: Words? = nil) {
        (self.number, self.key, self.fate, self.because) = (number, key, fate, because)
    }
}
