// SPDX-License-Identifier: EUPL-1.2

package import Journal

/// The purpose of the names behind the log's marks; the table itself is the journal's (`LogbookSchema`).
package enum LogNameSchema {
    package static let migrations: [Migration] = [
        Migration(
            name: "supervision-5-log-names",
            sql: """
                INSERT INTO personal_data VALUES
                    ('log_name', 'Savoir qui a agi, dans la main courante ; compté de la fin de l''année', 'Know who acted, in the log; from the end of the year', 730);
                """)
    ]
}
