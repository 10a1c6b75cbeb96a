// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
package import Post

/// The pages of letters: for the administrator what goes in and out, for citizens the end of mails and the messages to their devices.
package struct ReportPost: Sendable {
    let reports: Reports
    let mail: ReportMail
    let outbox: Outbox
    /// Nil where no mail is taken.
    let door: SMTPListener?

    package init(reports: Reports, mail: ReportMail, outbox: Outbox, door: SMTPListener?) {
        (self.reports, self.mail, self.outbox, self.door) = (reports, mail, outbox, door)
    }

    package func add(to site: Site) {
        PostRoutes(letters: self).add(to: site.desk("reports", whole: true))
        AppPostRoutes(reports: reports).add(to: site.desk("reports"))
    }
}
