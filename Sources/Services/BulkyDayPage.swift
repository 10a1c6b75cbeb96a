// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What is fetched on a day: for the room, for paper, for a spreadsheet.
struct BulkyDayPage {
    var day: CivilDay
    var bookings: [Booking]
    var bulky: Bulky?
    /// Everything of the territory is seen.
    var isWhole: Bool
    var mayCall: Bool

    private static let path = "/console/services/encombrants"

    var page: Page {
        Page(
            title: Words("Encombrants du \(ServiceWords.day(day).french)", "Bulky waste of \(ServiceWords.day(day).english)"),
            place: "services", trail: [.init(Words("Services aux habitants", "Services to citizens"), "/console/services")],
            actions: HTML.of {
                ButtonLink(Words("Jour d'avant", "Day before"), address(BulkyDayPage.path, ["day": (day - 1).iso]))
                ButtonLink(Words("Jour d'après", "Day after"), address(BulkyDayPage.path, ["day": (day + 1).iso]))
                ButtonLink(Words("CSV", "CSV"), address(BulkyDayPage.path + ".csv", ["day": day.iso]))
            }
        ) {
            form(.method("get"), .action(BulkyDayPage.path), .class("row", "no-print")) {
                Field("day", Words("Jour", "Day"), type: "date", value: day.iso)
                Button(Words("Voir", "Show"))
            }
            if !isWhole {
                p(Words("Seulement vos communes.", "Your communes only."), .class("quiet"))
            }
            for sector in sectors { table(sector) }
            if bookings.isEmpty { EmptyState(Words("Rien n'est réservé ce jour-là.", "Nothing is booked on that day.")) }
        }
    }

    private var sectors: [String] { Set(bookings.map(\.sector)).sorted() }

    private func table(_ code: String) -> HTML {
        let those = bookings.filter { $0.sector == code }
        let title = bulky?.sector(code).map { ServiceWords.both($0.title) } ?? Words(code, code)
        return section(.aria(.label, title)) {
            h2 {
                title
                " · "
                ServiceWords.volume(those.reduce(0) { $0 + $1.litres })
                if isWhole, let capacity = bulky?.sector(code)?.litres {
                    Words(" sur ", " of ")
                    ServiceWords.volume(capacity)
                }
            }
            DataTable(
                title,
                columns: [
                    .init(Words("Référence", "Reference")), .init(Words("Adresse", "Address")), .init(Words("Objets", "Things")),
                    .init(Words("Volume", "Volume"), numeric: true), .init(Words("Équipe", "Crew")),
                    .init(Words("Coordonnées", "Contact"), hidden: true),
                ],
                rows: those.map { booking in
                    DataTable.Row {
                        booking.reference
                        booking.address.isEmpty ? HTML.words(Words("effacée", "erased")) : HTML.text(booking.address)
                        ItemList(items: booking.items, bulky: bulky)
                        ServiceWords.volume(booking.litres)
                        booking.job.map { Words("intervention \($0)", "job \($0)") } ?? Words("pas encore demandée", "not asked yet")
                        mayCall ? look(booking) : HTML.empty
                    }
                })
        }
    }

    private func look(_ booking: Booking) -> HTML {
        details(.class("no-print")) {
            summary { Words("Prévenir", "Tell them") }
            form(.method("post"), .action("\(BulkyDayPage.path)/\(booking.number.value)/contact")) {
                HTML.csrf
                label {
                    Words("Pourquoi ? (va au journal)", "Why? (goes into the log)")
                    input(.type("text"), .name("look-reason"), .required, .named("maxlength", "300"))
                }
                Button(Words("Voir les coordonnées", "Show the contact"))
            }
        }
    }

    /// `reference;sector;address;commune;longitude;latitude;items;m3;job`.
    var csv: String {
        bookings.reduce(into: "reference;sector;address;commune;longitude;latitude;items;m3;job\r\n") { text, booking in
            let items = booking.items.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            let cells = [
                booking.reference, booking.sector, booking.address, booking.commune, booking.place.map { "\($0.longitude)" } ?? "",
                booking.place.map { "\($0.latitude)" } ?? "", items, "\(Double(booking.litres) / 1000)", booking.job.map { "\($0)" } ?? "",
            ]
            text += cells.map(CSV.cell).joined(separator: ";") + "\r\n"
        }
    }

    static func contact(_ booking: Booking, _ contact: BookingContact) -> Page {
        Page(
            title: Words("Coordonnées \(booking.reference)", "Contact \(booking.reference)"), place: "services",
            trail: [.init(Words("Encombrants", "Bulky waste"), address(path, ["day": booking.day.iso]))]
        ) {
            dl(.class("facts")) {
                dt(Words("Nom", "Name"))
                dd(contact.name)
                dt(Words("Courriel", "E-mail"))
                dd(contact.email)
                dt(Words("Téléphone", "Telephone"))
                dd { if !contact.phone.isEmpty { PhoneLink(contact.phone).html } }
            }
        }
    }
}
