// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The file calls whose failure the intake must survive, as closures, so that a test can fill the disk. Each gives 0 or an errno.
struct Disk: Sendable {
    /// Writes all bytes at the offset, or a part of them and an errno.
    var write: @Sendable (_ file: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int32
    /// Returns when the bytes survive a power cut.
    var sync: @Sendable (_ file: Int32) -> Int32

    static let real = Disk(
        write: { file, bytes, offset in
            var done = 0
            while done < bytes.count {
                let n = pwrite(file, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
                if n > 0 { done += n } else if n == 0 { return ENOSPC } else if errno != EINTR { return errno }
            }
            return 0
        },
        sync: { file in
            while fdatasync(file) != 0 { if errno != EINTR { return errno } }
            return 0
        })

    /// Makes new and deleted names in a folder survive a power cut.
    static func syncFolder(_ path: String) {
        let folder = open(path, O_RDONLY | O_DIRECTORY)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
