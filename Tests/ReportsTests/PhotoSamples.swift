// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A picture that `PhotoRules` takes.
enum PhotoSamples {
    /// Progressive, with a comment of so many bytes, which makes the file larger and is taken away.
    static func jpeg(padding: Int) -> [UInt8] {
        let comment: [UInt8] = [0xFF, 0xFE, UInt8((padding + 2) >> 8), UInt8((padding + 2) & 255)] + Array(repeating: 0x41, count: padding)
        return Array(plain[..<2]) + comment + Array(plain[2...])
    }

    private static let plain = Array(
        Data(
            base64Encoded: """
                /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//\
                2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAMABADASIAAhEBAxEB/8QA\
                FQABAQAAAAAAAAAAAAAAAAAABAX/xAAVAQEBAAAAAAAAAAAAAAAAAAABAv/aAAwDAQACEAMQAAABnLawn//EABcQAQEBAQAAAAAAAAAAAAAAAAIAAQP/2gAI\
                AQEAAQUCPKPKJyJy/8QAFhEBAQEAAAAAAAAAAAAAAAAABAAB/9oACAEDAQE/ASo2/8QAFxEAAwEAAAAAAAAAAAAAAAAAAAECA//aAAgBAgEBPwG92f/EABQQ\
                AQAAAAAAAAAAAAAAAAAAACD/2gAIAQEABj8CH//EABYQAQEBAAAAAAAAAAAAAAAAAABRYf/aAAgBAQABPyHJkkSP/9oADAMBAAIAAwAAABBr/8QAFREBAQAA\
                AAAAAAAAAAAAAAAAACH/2gAIAQMBAT8Qnf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8QT//EABYQAQEBAAAAAAAAAAAAAAAAAAAhMf/aAAgBAQAB\
                PxDExIyM/9k=
                """) ?? Data())
}
