// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A picture as it is kept: one of three formats, with nothing in it but the picture.
package struct CleanPhoto: Sendable, Hashable {
    package var type: PhotoType
    package var width: Int
    package var height: Int
    package var bytes: [UInt8]
    /// How it must be turned to stand upright, 1…8 (EXIF 2.32, tag 0x0112).
    package var orientation = 1

    /// For bytes that are known to be clean: made by `PhotoRules`, or kept by a desk of ours.
    package init(type: PhotoType, width: Int, height: Int, bytes: [UInt8], orientation: Int = 1) {
        (self.type, self.width, self.height, self.bytes, self.orientation) = (type, width, height, bytes, orientation)
    }
}

/// Makes a cleaned picture anew from its points, upright and not larger than needed, so that nothing of the file itself is kept.
/// - Throws: `PhotoFault` where it cannot be decoded, `Refused` where it cannot be done now.
package typealias PhotoDeveloping = @Sendable (CleanPhoto) async throws -> CleanPhoto

package enum PhotoType: String, Sendable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case webp = "image/webp"
}

/// Why a file is not taken as a photo.
package enum PhotoFault: Error, Hashable {
    case tooLarge(limit: Int)
    /// Neither JPEG nor PNG nor WebP by its first bytes.
    case unknownFormat
    /// Begins as one of them and is not one further on.
    case malformed(PhotoType, String)
    /// A kind of its format that Vigie does not keep: animations, lossless or arithmetic JPEG, CMYK.
    case unsupported(PhotoType, String)
    case tooManyPixels(width: Int, height: Int)
    /// Rightly built, and its points cannot be read.
    case unreadable
}

/// Looks at a file's own bytes, whatever it is called, and writes the picture anew without what is not picture: camera, place, time,
/// thumbnails, comments, colour profiles, and whatever hangs on behind. Only the orientation of a JPEG is kept, in a block that Vigie writes.
/// The image data themselves are copied here, within bounded dimensions; before it is kept, a picture is made anew by `PhotoDeveloping`.
package enum PhotoRules {
    /// Of the file as it comes in.
    package static let limit = 2 << 20
    static let longestSide = 16_384
    static let mostPixels = 40_000_000

    /// - Throws: `PhotoFault`.
    package static func clean(_ bytes: [UInt8], limit: Int = PhotoRules.limit) throws -> CleanPhoto {
        guard bytes.count <= limit else { throw PhotoFault.tooLarge(limit: limit) }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return try PhotoJPEG.clean(bytes) }
        if bytes.starts(with: PhotoPNG.signature) { return try PhotoPNG.clean(bytes) }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) { return try PhotoWebP.clean(bytes) }
        throw PhotoFault.unknownFormat
    }

    /// The one photo of a form's field `photo`, made anew; nil where it is no photo, which the form then says.
    /// - Throws: `Refused` where there is none or more than one.
    package static func one(of uploads: [Upload], _ form: inout Form, _ develop: PhotoDeveloping) async throws -> CleanPhoto? {
        guard uploads.count == 1, uploads[0].name == "photo", !uploads[0].bytes.isEmpty else {
            throw Refused.fields([.init("photo", Words("Choisissez une photo.", "Choose one photo."))])
        }
        do { return try await develop(try clean(uploads[0].bytes)) } catch let fault as PhotoFault {
            form.refuse("photo", fault.words)
            return nil
        }
    }

    static func checkSize(_ type: PhotoType, width: Int, height: Int) throws {
        guard width > 0, height > 0 else { throw PhotoFault.malformed(type, "no width or height") }
        guard width <= longestSide, height <= longestSide, width * height <= mostPixels else {
            throw PhotoFault.tooManyPixels(width: width, height: height)
        }
    }
}

/// Reads numbers out of bytes and never beyond their end.
struct PhotoReader {
    let bytes: ArraySlice<UInt8>
    let type: PhotoType
    private(set) var at: Int

    init(_ bytes: ArraySlice<UInt8>, _ type: PhotoType) { (self.bytes, self.type, at) = (bytes, type, bytes.startIndex) }

    var left: Int { bytes.endIndex - at }

    mutating func byte() throws -> UInt8 { try take(1).first! }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= left else { throw PhotoFault.malformed(type, "it ends too early") }
        defer { at += count }
        return bytes[at..<(at + count)]
    }

    /// Most significant byte first.
    mutating func big(_ count: Int) throws -> Int { try take(count).reduce(0) { $0 << 8 | Int($1) } }
    /// Least significant byte first.
    mutating func little(_ count: Int) throws -> Int { try take(count).reversed().reduce(0) { $0 << 8 | Int($1) } }
}

extension PhotoFault {
    /// What is wrong with it and what would be right, for whoever chose the file.
    package var words: Words {
        switch self {
        case .tooLarge(let limit):
            Words(
                "Trop lourde : \(limit / 1_048_576) Mo au plus. Réduisez-la.",
                "Too large: \(limit / 1_048_576) MB at most. Make it smaller.")
        case .unknownFormat: Words("Ce n'est pas une photo JPEG, PNG ou WebP.", "This is not a JPEG, PNG or WebP photo.")
        case .unreadable: Words("Cette photo ne peut pas être lue.", "This photo cannot be read.")
        case .malformed(let type, let why):
            Words("Le fichier \(type.rawValue) est abîmé : \(why).", "The \(type.rawValue) file is damaged: \(why).")
        case .unsupported(let type, let why):
            Words(
                "Sorte de \(type.rawValue) que Vigie ne garde pas : \(why).", "A kind of \(type.rawValue) that Vigie does not keep: \(why)."
            )
        case .tooManyPixels(let width, let height):
            Words(
                "\(width) × \(height) points : \(PhotoRules.mostPixels / 1_000_000) millions au plus, \(PhotoRules.longestSide) de côté.",
                "\(width) × \(height) pixels: at most \(PhotoRules.mostPixels / 1_000_000) million, \(PhotoRules.longestSide) a side.")
        }
    }
}
