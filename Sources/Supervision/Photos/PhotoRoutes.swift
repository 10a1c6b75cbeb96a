// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal
import Watch

/// Addresses of an asset's photos.
struct PhotoRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/assets/{id}/photos/{number}", "A photo of an asset") { _, context in
            let record = try await SheetRoutes(room: room).record(context)
            let number = Int64(try context.number("number"))
            let found = try await room.journal.read { try PhotoStore.body(number, of: record.number, in: $0) }
            guard let found else { throw Refused.notFound(context.address) }
            // The number is never given again: what it shows never changes.
            return Bytes(
                found.bytes, type: found.type,
                headers: [.cacheControl: "private, max-age=86400, immutable", .contentDisposition: "inline; filename=\"photo-\(number)\""])
        }
        desk.upload("/console/assets/{id}/photos", "Add a photo", limit: PhotoRules.limit + 16 * 1024) { form, uploads, context in
            try await add(form, uploads, context)
        }
        desk.act("/console/assets/{id}/photos/{number}/removal", "Remove a photo") { form, context in try await remove(form, context) }
    }

    private func add(_ form: Form, _ uploads: [Upload], _ context: ConsoleContext) async throws -> SeeOther {
        let record = try await SheetRoutes(room: room).record(context)
        let login = try context.require(.operate, "inventory", in: record.commune.insee).login
        var form = form
        let caption = form.text("caption", 0...300)
        let photo = try await PhotoRules.one(of: uploads, &form, room.develop)
        try form.finish()
        guard let photo else { return SeeOther("/console/assets/\(record.id)") }
        try await room.floor.write { transaction, now in
            let number = try PhotoStore.add(photo, caption: caption, to: record.number, by: login, at: now, in: transaction)
            guard let number else {
                throw Refused.conflict(
                    Words("\(PhotoStore.most) photos au plus ; retirez-en une.", "At most \(PhotoStore.most) photos; remove one."))
            }
            let words = Words("Photo \(number) de \(record.id) ajoutée", "Photo \(number) of \(record.id) added")
            return ((), [LogDraft(author: login, trade: "inventory", subject: record.id.text, text: words)])
        }
        return SeeOther("/console/assets/\(record.id)#photos")
    }

    private func remove(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let record = try await SheetRoutes(room: room).record(context)
        let login = try context.require(.operate, "inventory", in: record.commune.insee).login
        let number = Int64(try context.number("number"))
        var form = form
        let reason = form.text("reason", 1...500)
        try form.finish()
        let address = context.address
        try await room.floor.write { transaction, _ in
            guard try PhotoStore.remove(number, of: record.number, in: transaction) else { throw Refused.notFound(address) }
            let words = Words("Photo \(number) de \(record.id) retirée : \(reason)", "Photo \(number) of \(record.id) removed: \(reason)")
            return ((), [LogDraft(author: login, trade: "inventory", subject: record.id.text, text: words)])
        }
        return SeeOther("/console/assets/\(record.id)#photos")
    }
}
