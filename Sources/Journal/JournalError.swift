// SPDX-License-Identifier: EUPL-1.2

/// What can go wrong with the journal, told apart where callers act differently.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No space left (or a quota): nothing was changed; works again when there is space.
    case full(String)
    /// Another process holds the database longer than the busy time-out.
    case busy(String)
    /// A UNIQUE, CHECK, NOT NULL or REFERENCES of the schema refused the row.
    case constraint(String)
    /// The connection to the server broke before the commit: the transaction is gone, nothing of it was kept.
    case lost(String)
    /// The connection broke while committing: it may or may not have been kept. Look before repeating.
    case uncertain(String)
    /// The server cannot be reached.
    case away(String)
    case corrupt(String)
    /// An SQL error: the message and the text.
    case sql(String, String)
    /// The database has these steps, which this release does not know.
    case newer([String])
    case migration(String, String)
    case file(String)
    /// Something stands already where a backup, or what it holds, should be put: nothing was written.
    case occupied(String)

    package var description: String {
        switch self {
        case .full(let s): "the journal's disk is full: \(s)"
        case .busy(let s): "the journal is held by another process: \(s)"
        case .constraint(let s): "the journal refused a row: \(s)"
        case .lost(let s): "the connection to the journal was lost, the transaction was not kept: \(s)"
        case .uncertain(let s): "the connection to the journal was lost while committing, the transaction may have been kept: \(s)"
        case .away(let s): "the journal cannot be reached: \(s)"
        case .corrupt(let s): "the journal is damaged: \(s)"
        case .sql(let s, let text): "\(s), in: \(text)"
        case .newer(let names):
            "the journal was written by a later release of Vigie (it has \(names.joined(separator: ", "))): use that release or a later one"
        case .migration(let name, let s): "the step '\(name)' of the schema failed: \(s)"
        case .file(let s), .occupied(let s): s
        }
    }

    /// The act may succeed if tried again later, without anybody changing the request.
    package var isPassing: Bool {
        switch self {
        case .full, .busy, .lost, .away: true
        default: false
        }
    }
}
