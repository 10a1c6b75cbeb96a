// SPDX-License-Identifier: EUPL-1.2

import CPictures
import Testing

@testable import Darkroom

@Suite struct DevelopmentTests {
    /// Red, green, blue and white quarters, from the upper left, row by row.
    private func quarters(_ width: Int, _ height: Int) -> Development.Raster {
        let colours: [[UInt8]] = [[250, 10, 10], [10, 250, 10], [10, 10, 250], [250, 250, 250]]
        var points: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { points += colours[(y * 2 / height) * 2 + x * 2 / width] }
        }
        return Development.Raster(width: width, height: height, points: points)
    }

    /// Which of the four colours stands in the middle of each quarter.
    private func layout(_ raster: Development.Raster) -> String {
        [(1, 1), (3, 1), (1, 3), (3, 3)].map { x, y in
            let at = 3 * (raster.height * y / 4 * raster.width + raster.width * x / 4)
            let point = raster.points[at..<(at + 3)].map { $0 > 128 }
            switch point {
            case [true, false, false]: return "R"
            case [false, true, false]: return "G"
            case [false, false, true]: return "B"
            case [true, true, true]: return "W"
            default: return "?"
            }
        }.joined()
    }

    private func png(_ raster: Development.Raster) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = UInt32(raster.width)
        image.height = UInt32(raster.height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        var count = raster.points.count * 2 + 10_000
        var file = [UInt8](repeating: 0, count: count)
        #expect(png_image_write_to_memory(&image, &file, &count, 0, raster.points, 0, nil) != 0)
        return Array(file[..<count])
    }

    /// What EXIF's eight orientations say of the first row and the first column (EXIF 2.32, tag 0x0112).
    @Test(arguments: [(1, "RGBW"), (2, "GRWB"), (3, "WBGR"), (4, "BWRG"), (5, "RBGW"), (6, "BRWG"), (7, "WGBR"), (8, "GWRB")])
    func standsUpright(orientation: Int, expected: String) throws {
        let file = try #require(Development.encode(quarters(64, 32)))
        let upright = try #require(Development.develop(file, orientation: orientation).flatMap(Development.decode))
        #expect(layout(upright) == expected)
        #expect((upright.width, upright.height) == (orientation >= 5 ? (32, 64) : (64, 32)))
    }

    @Test func largePicturesAreMadeSmallAndKeepTheirShape() throws {
        let jpeg = try #require(Development.encode(quarters(5000, 3000)))
        for file in [jpeg, png(quarters(5000, 3000))] {
            let small = try #require(Development.develop(file, orientation: 1).flatMap(Development.decode))
            #expect((small.width, small.height) == (2048, 1229))
            #expect(layout(small) == "RGBW")
        }
        let strip = try #require(Development.develop(png(quarters(6000, 2)), orientation: 6).flatMap(Development.decode))
        #expect((strip.width, strip.height) == (1, 2048))
    }

    @Test func smallPicturesStayAsLargeAsTheyAre() throws {
        let small = try #require(Development.develop(png(quarters(40, 30)), orientation: 1).flatMap(Development.decode))
        #expect((small.width, small.height) == (40, 30))
        #expect(layout(small) == "RGBW")
    }

    @Test func eachShrunkPointIsTheMeanOfWhatItStandsFor() {
        let raster = Development.Raster(
            width: 4, height: 2,
            points: [UInt8]([0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30] + [40, 40, 40, 50, 50, 50, 60, 60, 60, 70, 70, 70]))
        #expect(Development.shrunk(raster, to: 2).points == [25, 25, 25, 45, 45, 45])
    }

    @Test func whatIsNoPictureIsNil() throws {
        let whole = png(quarters(40, 30))
        #expect(Development.develop([], orientation: 1) == nil)
        #expect(Development.develop(Array("GIF89a".utf8), orientation: 1) == nil)
        #expect(Development.develop(Array(whole.prefix(40)), orientation: 1) == nil)
        #expect(Development.develop(Array("RIFF....WEBPVP8 ".utf8), orientation: 1) == nil)
        #expect(Development.develop([0xFF, 0xD8, 0xFF, 0xD9], orientation: 1) == nil)
    }

    /// Any byte of a file may be wrong: the answer is a picture or nil, and the process stands.
    @Test func damagedFilesDoNotBreakIt() throws {
        var dice = SystemDice(state: 42)
        let jpeg = try #require(Development.encode(quarters(120, 80)))
        for file in [jpeg, png(quarters(120, 80))] {
            for _ in 0..<300 {
                var damaged = file
                for _ in 0..<(1 + dice.next() % 8) {
                    damaged[Int(dice.next() % UInt64(file.count))] = UInt8(truncatingIfNeeded: dice.next())
                }
                if let out = Development.develop(damaged, orientation: 1) { #expect(out.starts(with: [0xFF, 0xD8])) }
            }
        }
    }
}

/// splitmix64: the same damage each time.
private struct SystemDice {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
