// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// Holds the directory that is valid now. The inventory replaces it after an import; a loop reads it once a pass.
package final class DirectoryBox: Sendable {
    private let held: Mutex<Directory>

    package init(_ directory: Directory) { held = Mutex(directory) }

    package var current: Directory { held.withLock { $0 } }

    package func replace(_ directory: Directory) { held.withLock { $0 = directory } }
}
