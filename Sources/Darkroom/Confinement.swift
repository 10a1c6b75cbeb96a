// SPDX-License-Identifier: EUPL-1.2

import CPictures
import Glibc

/// The inside of the process: reads one file, walls itself in, develops it, writes it, ends.
package enum Confinement {
    /// Exit codes: done; not a picture that can be read; the kernel does not confine; called wrongly.
    package static let (done, unreadable, cannotConfine, misused): (Int32, Int32, Int32, Int32) = (0, 1, 3, 4)
    /// Of a file handed in; far more than any form takes.
    static let mostBytes = 64 << 20

    /// Never returns. The file is read from standard input to its end before the walls go up; the picture goes to standard output.
    package static func run(orientation: Int) -> Never {
        guard vigie_close_rest() == 0, (1...8).contains(orientation), let bytes = readAll() else { _exit(misused) }
        guard limit(), vigie_confine() == 0 else { _exit(cannotConfine) }
        guard let picture = Development.develop(bytes, orientation: orientation) else { _exit(unreadable) }
        var sent = 0
        while sent < picture.count {
            let count = picture[sent...].withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            if count <= 0 { _exit(unreadable) }
            sent += count
        }
        _exit(done)
    }

    private static func readAll() -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > mostBytes { return nil }
        }
    }

    /// Memory and time that a bomb may take, no file, no dump.
    private static func limit() -> Bool {
        func set(_ what: __rlimit_resource, _ value: rlim_t) -> Bool {
            var limit = rlimit(rlim_cur: value, rlim_max: value)
            return setrlimit(Int32(what.rawValue), &limit) == 0
        }
        return set(RLIMIT_AS, 2 << 30) && set(RLIMIT_CPU, 15) && set(RLIMIT_FSIZE, 0) && set(RLIMIT_CORE, 0) && set(RLIMIT_NOFILE, 3)
    }
}
