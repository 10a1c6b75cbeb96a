// SPDX-License-Identifier: EUPL-1.2

/// The tables of a journal as the database itself lists them, in the order in which they were made.
struct Tables {
    var name: String
    var columns: [String]

    static func list(in transaction: Transaction) throws -> [Tables] {
        let names: SQL =
            transaction.engine == .sqlite
            ? """
            SELECT s.name FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.name AND l.schema = 'main' AND l.type = 'table'
            WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY s.rowid
            """
            : """
            SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.oid
            """
        return try transaction.rows(names).map { row in
            let name = row.text(0)
            let columns: SQL =
                transaction.engine == .sqlite
                ? "SELECT name FROM pragma_table_info(\(name)) ORDER BY cid"
                : """
                SELECT column_name::text FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = \(name) ORDER BY ordinal_position
                """
            return Tables(name: name, columns: try transaction.rows(columns).map { $0.text(0) })
        }
    }

    /// Rows of each table.
    static func counts(in transaction: Transaction) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in try list(in: transaction) {
            counts[table.name] = try transaction.row("SELECT COUNT(*) FROM \(raw: table.name)")?.int(0)
        }
        return counts
    }
}
