// SPDX-License-Identifier: EUPL-1.2

import Logging

final class PostgresBackend: Backend {
    init(url: String, log: Logger) throws { throw JournalError.away("\(url)") }
    func write<T>(_ body: (Transaction) throws -> T) throws -> T { throw JournalError.away("") }
    func read<T>(_ body: (Transaction) throws -> T) throws -> T { throw JournalError.away("") }
    func close() {}
}
