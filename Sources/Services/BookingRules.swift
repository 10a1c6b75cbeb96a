// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What may be booked, and when.
package enum BookingRules {
    package struct Slot: Sendable, Hashable {
        package var day: CivilDay
        /// Litres that are still free.
        package var left: Int
    }

    /// How long what names a person is kept after the day of the collection.
    static let contactKept = 30
    static let addressKept = 365

    package static func litres(_ items: [String: Int], _ bulky: Bulky) -> Int {
        items.reduce(0) { $0 + (bulky.item($1.key)?.litres ?? 0) * $1.value }
    }

    package static func faults(_ items: [String: Int], _ bulky: Bulky) -> [BookingFault.Field] {
        var faults: [BookingFault.Field] = []
        for (code, count) in items.sorted(by: { $0.key < $1.key }) {
            guard let item = bulky.item(code) else {
                faults.append(.init(name: "items", message: Words("Objet inconnu.", "Unknown thing.")))
                continue
            }
            if !(0...item.most).contains(count) {
                faults.append(
                    .init(name: "item-\(code)", message: Words("De 0 à \(item.most).", "From 0 to \(item.most).")))
            }
        }
        guard faults.isEmpty else { return faults }
        let litres = litres(items, bulky)
        if litres == 0 {
            faults.append(.init(name: "items", message: Words("Choisissez au moins un objet.", "Choose one thing at least.")))
        }
        if litres > bulky.mostLitres {
            let (is_, most) = (cubic(litres), cubic(bulky.mostLitres))
            faults.append(
                .init(
                    name: "items",
                    message: Words(
                        "C'est trop pour une collecte : \(is_.french) m³, \(most.french) m³ au plus. Prenez deux rendez-vous.",
                        "Too much for one collection: \(is_.english) m³, \(most.english) m³ at most. Make two appointments.")))
        }
        return faults
    }

    private static func cubic(_ litres: Int) -> Words {
        let tenths = (litres + 50) / 100
        return Words("\(tenths / 10),\(tenths % 10)", "\(tenths / 10).\(tenths % 10)")
    }

    /// Where a home is fetched; nil where the city says nothing of it.
    package static func sector(_ bulky: Bulky, for home: Home) -> Bulky.Sector? {
        TerritoryRules.best(bulky.sectors, \.territory, for: home).first
    }

    /// Does somebody come on this day at all?
    package static func isServed(_ day: CivilDay, _ sector: Bulky.Sector, _ bulky: Bulky, _ holidays: PublicHolidays) -> Bool {
        sector.days.contains(day.weekday) && !bulky.closed.contains(day) && holidays.name(of: day) == nil
    }

    /// Days that may be chosen for this volume.
    /// - Parameter taken: litres that are promised, by day.
    package static func slots(
        _ sector: Bulky.Sector, _ bulky: Bulky, _ holidays: PublicHolidays, today: CivilDay, litres: Int, taken: [CivilDay: Int]
    ) -> [Slot] {
        (bulky.notice...bulky.ahead).map { today + $0 }.filter { isServed($0, sector, bulky, holidays) }
            .map { Slot(day: $0, left: sector.litres - (taken[$0] ?? 0)) }.filter { $0.left >= litres }
    }

    /// Is a draft what was booked with its key before? What has been destroyed or erased since is not asked for.
    /// - Parameters:
    ///   - first: the day that was chosen when it was booked.
    ///   - contact: what is kept of it.
    package static func isSame(_ draft: BookingDraft, _ booking: Booking, first: CivilDay, contact: BookingContact?) -> Bool {
        draft.items.filter { $0.value > 0 } == booking.items && draft.day == first
            && (booking.address.isEmpty || booking.address == draft.home.label)
            && (contact == draft.contact || contact == nil && (draft.contact.isEmpty || booking.state == .cancelled))
    }

    /// May it be moved or cancelled by whoever has its link? Until the day before.
    package static func isChangeable(_ booking: Booking, today: CivilDay) -> Bool { booking.state == .booked && today < booking.day }
}
