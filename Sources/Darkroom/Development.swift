// SPDX-License-Identifier: EUPL-1.2

import CPictures

/// Points in, JPEG out: values and arithmetic, no file and no clock.
package enum Development {
    /// Of what is written: enough to read a plate of a lamp or a crack in the road, and a tenth of what a telephone sends.
    package static let longestSide = 2048
    static let quality: Int32 = 85
    static let mostPixels = 40_000_000

    /// Red, green and blue, three bytes a point, rows from the top.
    struct Raster {
        var width: Int
        var height: Int
        var points: [UInt8]
    }

    /// - Returns: nil where it cannot be read.
    package static func develop(_ file: [UInt8], orientation: Int) -> [UInt8]? {
        guard let raster = decode(file) else { return nil }
        return encode(turned(shrunk(raster, to: longestSide), orientation))
    }

    static func decode(_ file: [UInt8]) -> Raster? {
        if file.starts(with: [0xFF, 0xD8]) { return jpeg(file) }
        if file.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return png(file) }
        if file.starts(with: Array("RIFF".utf8)) { return webp(file) }
        return nil
    }

    private static func isAllowed(_ width: Int, _ height: Int) -> Bool {
        width > 0 && height > 0 && width <= 65_535 && height <= 65_535 && width * height <= mostPixels
    }

    private static func jpeg(_ file: [UInt8]) -> Raster? {
        guard let decoder = tjInitDecompress() else { return nil }
        defer { tjDestroy(decoder) }
        var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard tjDecompressHeader3(decoder, file, UInt(file.count), &width, &height, &sampling, &colours) == 0,
            isAllowed(Int(width), Int(height))
        else { return nil }
        // The decoder halves for next to nothing: the smallest eighth that is still large enough.
        let longest = Int(max(width, height))
        let eighths = [1, 2, 4].first { (longest * $0 + 7) / 8 >= longestSide } ?? 8
        let (small, low) = ((Int(width) * eighths + 7) / 8, (Int(height) * eighths + 7) / 8)
        var points = [UInt8](repeating: 255, count: small * low * 3)
        let flags = Int32(TJFLAG_LIMITSCANS)
        let code = tjDecompress2(
            decoder, file, UInt(file.count), &points, Int32(small), 0, Int32(low), Int32(TJPF_RGB.rawValue), flags)
        // A warning is a blemish in the data, as telephones write them; what could be read is there.
        guard code == 0 || tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue) else { return nil }
        return Raster(width: small, height: low, points: points)
    }

    private static func png(_ file: [UInt8]) -> Raster? {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        return file.withUnsafeBytes { bytes -> Raster? in
            guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0,
                isAllowed(Int(image.width), Int(image.height))
            else { return nil }
            image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
            var points = [UInt8](repeating: 255, count: Int(image.width) * Int(image.height) * 3)
            var white = png_color(red: 255, green: 255, blue: 255)
            guard png_image_finish_read(&image, &white, &points, 0, nil) != 0 else { return nil }
            return Raster(width: Int(image.width), height: Int(image.height), points: points)
        }
    }

    private static func webp(_ file: [UInt8]) -> Raster? {
        var (width, height): (Int32, Int32) = (0, 0)
        guard WebPGetInfo(file, file.count, &width, &height) != 0, isAllowed(Int(width), Int(height)),
            let decoded = WebPDecodeRGBA(file, file.count, &width, &height)
        else { return nil }
        defer { WebPFree(decoded) }
        let count = Int(width) * Int(height)
        let points = [UInt8](unsafeUninitializedCapacity: count * 3) { points, filled in
            for point in 0..<count {
                // Over white, as a page shows it.
                let alpha = UInt32(decoded[4 * point + 3])
                for colour in 0..<3 {
                    points[3 * point + colour] = UInt8((UInt32(decoded[4 * point + colour]) * alpha + 255 * (255 - alpha) + 127) / 255)
                }
            }
            filled = count * 3
        }
        return Raster(width: Int(width), height: Int(height), points: points)
    }

    /// Each point the mean of those that it stands for.
    static func shrunk(_ raster: Raster, to side: Int) -> Raster {
        let longest = max(raster.width, raster.height)
        guard longest > side else { return raster }
        let width = max(1, (raster.width * side + longest / 2) / longest)
        let height = max(1, (raster.height * side + longest / 2) / longest)
        let columns = (0...width).map { $0 * raster.width / width }
        let points = [UInt8](unsafeUninitializedCapacity: width * height * 3) { points, filled in
            raster.points.withUnsafeBufferPointer { source in
                for y in 0..<height {
                    let (top, bottom) = (y * raster.height / height, max(y * raster.height / height + 1, (y + 1) * raster.height / height))
                    for x in 0..<width {
                        let (left, right) = (columns[x], max(columns[x] + 1, columns[x + 1]))
                        var (red, green, blue) = (0, 0, 0)
                        for row in top..<bottom {
                            for at in stride(from: 3 * (row * raster.width + left), to: 3 * (row * raster.width + right), by: 3) {
                                red += Int(source[at])
                                green += Int(source[at + 1])
                                blue += Int(source[at + 2])
                            }
                        }
                        let count = (bottom - top) * (right - left)
                        let at = 3 * (y * width + x)
                        points[at] = UInt8((red + count / 2) / count)
                        points[at + 1] = UInt8((green + count / 2) / count)
                        points[at + 2] = UInt8((blue + count / 2) / count)
                    }
                }
            }
            filled = width * height * 3
        }
        return Raster(width: width, height: height, points: points)
    }

    /// Upright (EXIF 2.32, tag 0x0112): where the point of each place of the upright picture comes from.
    static func turned(_ raster: Raster, _ orientation: Int) -> Raster {
        guard (2...8).contains(orientation) else { return raster }
        let isAcross = orientation >= 5
        let (width, height) = isAcross ? (raster.height, raster.width) : (raster.width, raster.height)
        var points = [UInt8](repeating: 0, count: raster.points.count)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) =
                    switch orientation {
                    case 2: (width - 1 - x, y)
                    case 3: (width - 1 - x, height - 1 - y)
                    case 4: (x, height - 1 - y)
                    case 5: (y, x)
                    case 6: (y, width - 1 - x)
                    case 7: (height - 1 - y, width - 1 - x)
                    default: (height - 1 - y, x)
                    }
                let (to, from) = (3 * (y * width + x), 3 * (row * raster.width + column))
                for colour in 0..<3 { points[to + colour] = raster.points[from + colour] }
            }
        }
        return Raster(width: width, height: height, points: points)
    }

    static func encode(_ raster: Raster) -> [UInt8]? {
        guard let encoder = tjInitCompress() else { return nil }
        defer { tjDestroy(encoder) }
        var file: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        let code = tjCompress2(
            encoder, raster.points, Int32(raster.width), 0, Int32(raster.height), Int32(TJPF_RGB.rawValue), &file, &count,
            Int32(TJSAMP_420.rawValue), quality, Int32(TJFLAG_PROGRESSIVE))
        guard code == 0, let file else { return nil }
        defer { tjFree(file) }
        return Array(UnsafeBufferPointer(start: file, count: Int(count)))
    }
}
