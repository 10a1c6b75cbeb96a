// SPDX-License-Identifier: EUPL-1.2

// Post is the room of letters: the only one that knows SMTP, MIME and Web Push. It takes mail at a door of its own (`SMTPListener`) and says
// 250 only after whoever asked for the mail has kept it; it reads what a mail says (`MailMessage`), writes mails, and sends both mails and
// push messages out of an outbox in the journal (`Outbox`), to which a desk adds in the same transaction as what the message tells. It knows
// no report, no category and no page: what a mail means is for the desk that hears it.

package import Journal

package enum Post {
    package static let migrations: [Migration] = OutboxSchema.migrations
    package static let personal: [PersonalPlace] = OutboxSchema.personal
}
