// SPDX-License-Identifier: EUPL-1.2

// Errand is the room of going out: the only one that asks another machine on the web for something. One request a connection, bounded in
// size and time, over HTTPS, only to addresses of the open internet, and never led on to another host. What is asked and what the answer
// means is for whoever sends the errand.

package import ControlRoom

/// One request to another machine.
package struct Errand: Sendable {
    package enum Method: String, Sendable, Hashable { case get = "GET", post = "POST" }

    /// How much of an answer is wanted.
    package enum Wanted: Sendable, Hashable {
        /// Status and headers; the body is not read.
        case head
        /// With a body of so many bytes at the most; a longer one is a fault.
        case body(most: Int)
    }

    package var method: Method
    package var address: WebAddress
    /// Beside Host, Connection and Content-Length, which are set here.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var wanted: Wanted
    /// From the name server's answer to the last byte.
    package var patience: Span

    package init(
        _ method: Method = .get, _ address: WebAddress, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        wanted: Wanted = .body(most: 1 << 20), patience: Span = .seconds(15)
    ) {
        (self.method, self.address, self.headers, self.body) = (method, address, headers, body)
        (self.wanted, self.patience) = (wanted, patience)
    }
}

/// What came back, whatever its status.
package struct ErrandAnswer: Sendable, Hashable {
    package var status: Int
    /// What `Retry-After` asks for in seconds, a day at most.
    package var pause: Span?
    package var body: [UInt8]

    package init(status: Int, pause: Span? = nil, body: [UInt8] = []) {
        (self.status, self.pause, self.body) = (status, pause, body)
    }
}

/// Why there is no answer.
package enum ErrandFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name server knows no such host.
    case unknownHost
    /// The host stands at an address inside, where strangers' names must not lead.
    case inside
    /// The request was never said: no connection, or none whose other end showed who it is, in time.
    case unreached(String)
    /// It was said, and no whole answer came in time, or the connection ended before one.
    case silent
    /// More than was wanted.
    case tooLong
    /// The answer leads to another host.
    case elsewhere(String)
    /// The connection broke after the request was said; said by the system.
    case broken(String)

    /// Does the other side know nothing of the request?
    package var isUnsaid: Bool {
        switch self {
        case .unknownHost, .inside, .unreached: true
        case .silent, .tooLong, .elsewhere, .broken: false
        }
    }

    package var description: String {
        switch self {
        case .unknownHost: "no such host"
        case .inside: "the host is at a private address"
        case .unreached(let why): why
        case .silent: "no answer in time"
        case .tooLong: "the answer is too long"
        case .elsewhere(let target): "the answer leads elsewhere: \(target)"
        case .broken(let why): why
        }
    }
}
