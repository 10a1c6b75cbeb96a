// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Logging

@testable import Journal

/// A fresh journal on either engine.
enum TestJournal {
    static var engines: [Engine] { [.sqlite] }

    static func open(_ engine: Engine, _ migrations: [Migration] = []) throws -> Journal {
        try Journal.open(.memory, migrations: migrations, log: Logger(label: "test"))
    }
}
