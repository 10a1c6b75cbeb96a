// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import Testing

@testable import Console

@Suite struct MultipartTests {
    private static let type = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"
    private static let line = "------WebKitFormBoundary7MA4YWxkTrZu0gW"

    /// As Chromium sends it.
    private static let body =
        "\(line)\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nmât à l'angle\r\n"
        + "\(line)\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a%22b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\u{1}\r\n--x\r\n\r\n"
        + "\(line)--\r\n"

    @Test func whatABrowserSendsIsRead() throws {
        let (form, uploads) = try Multipart.read(ByteBuffer(string: Self.body), contentType: Self.type)
        #expect(form["caption"] == "mât à l'angle")
        #expect(uploads.count == 1 && uploads[0].name == "photo" && uploads[0].fileName == "a%22b.jpg")
        #expect(uploads.first?.bytes == [1, 13, 10] + Array("--x".utf8) + [13, 10], "line ends and dashes of the file are its own")
    }

    @Test func anEmptyFileIsAFile() throws {
        let body = "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\"\r\n\r\n\r\n--b--\r\n"
        let (_, uploads) = try Multipart.read(ByteBuffer(string: body), contentType: "multipart/form-data; boundary=\"b\"")
        #expect(uploads.count == 1 && uploads[0].bytes.isEmpty)
    }

    @Test func aBodyCutAnywhereIsRefused() {
        let bytes = Array(Self.body.utf8)
        // The last line end is not needed.
        for end in 0..<(bytes.count - 2) {
            #expect(throws: Refused.self, "cut at \(end)") {
                try Multipart.read(ByteBuffer(bytes: bytes[..<end]), contentType: Self.type)
            }
        }
    }

    @Test(arguments: [
        "", "--b", "--b\r\n", "--b\r\n\r\n\r\n--b--", "x--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nodd\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\0\r\n--b--",
    ])
    func oddBodiesAreRefused(body: String) {
        #expect(throws: Refused.self) { try Multipart.read(ByteBuffer(string: body), contentType: "multipart/form-data; boundary=b") }
    }

    @Test func tooMuchOfAnythingIsRefused() {
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        let many = String(repeating: part, count: Multipart.partLimit + 1) + "--b--"
        let long =
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + String(repeating: "1", count: Multipart.textLimit + 1)
            + "\r\n--b--"
        let head = "--b\r\nX: " + String(repeating: "1", count: Multipart.headLimit) + "\r\n\r\n1\r\n--b--"
        for body in [many, long, head] {
            #expect(throws: Refused.self) { try Multipart.read(ByteBuffer(string: body), contentType: "multipart/form-data; boundary=b") }
        }
    }

    @Test(arguments: [
        "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=a b", "multipart/mixed; boundary=b",
    ])
    func anotherTypeIsRefused(type: String) {
        #expect(throws: Refused.self) { try Multipart.read(ByteBuffer(string: "--b--"), contentType: type) }
    }
}
