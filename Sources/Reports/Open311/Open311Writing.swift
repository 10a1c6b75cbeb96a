// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What GeoReport v2 shows of our tree and our reports.
extension Open311Translation {
    static func services(_ tree: CategoryTree, _ language: Language) -> Open311Document {
        .list(item: "service", tree.open(toStaff: false).filter(isPublic).map { service($0, tree, language) })
    }

    private static func service(_ category: Category, _ tree: CategoryTree, _ language: Language) -> Open311Document {
        let help = category.help(language)
        return .object([
            .init("service_code", .text(category.code)), .init("service_name", .text(category.title(language))),
            .init("description", .text(help.isEmpty ? tree.title(category.code)(language) : help)),
            .init("metadata", .flag(!tree.questions(of: category).isEmpty)), .init("type", .text("realtime")),
            .init("keywords", .optional(category.words.joined(separator: ", "))),
            .init("group", .text(tree[tree.branch(of: category.code)]?.title(language) ?? "")),
        ])
    }

    static func definition(_ category: Category, _ tree: CategoryTree, _ language: Language) -> Open311Document {
        let questions = tree.questions(of: category).enumerated().map { index, question -> Open311Document in
            let choices: [Open311Document] =
                switch question.sort {
                case .choice: question.choices.map { value($0.key, $0.title(language)) }
                case .flag: [value("yes", Words("oui", "yes")(language)), value("no", Words("non", "no")(language))]
                case .text, .number: []
                }
            var members: [Open311Document.Member] = [
                .init("variable", .flag(true)), .init("code", .text(question.key)),
                .init("datatype", .text(choices.isEmpty ? question.sort == .number ? "number" : "string" : "singlevaluelist")),
                .init("required", .flag(question.isRequired)), .init("datatype_description", .nothing), .init("order", .integer(index + 1)),
                .init("description", .text(question.title(language))),
            ]
            if !choices.isEmpty { members.append(.init("values", .list(item: "value", choices))) }
            return .object(members)
        }
        return .object([
            .init("service_code", .text(category.code)), .init("attributes", .list(item: "attribute", questions)),
        ])
    }

    private static func value(_ key: String, _ name: String) -> Open311Document {
        .object([.init("key", .text(key)), .init("name", .text(name))])
    }

    /// What all may know of a report. What somebody typed (description, address) only as far as a person has released it.
    /// - Parameters:
    ///   - report: as others may see it (`Ground.forOthers`).
    ///   - expected: when it will be done as things stand; without it, what is promised.
    static func request(
        _ report: Report, _ tree: CategoryTree, expected: Instant?, media: String, _ language: Language
    ) -> Open311Document {
        let notes = report.duplicateOf.map { "\(report.state.title(language)) : \(ReportReference($0))" } ?? report.state.title(language)
        return .object([
            .init("service_request_id", .text(report.reference.description)), .init("status", .text(report.isOpen ? "open" : "closed")),
            .init("status_notes", .text(notes)),
            .init("service_name", .text(tree[report.category]?.title(language) ?? report.category)),
            .init("service_code", .text(report.category)), .init("description", .optional(report.description)),
            .init("agency_responsible", .optional(tree.department(report.department)?.title(language) ?? "")),
            .init("service_notice", .nothing), .init("requested_datetime", .text(report.createdAt.iso8601)),
            .init("updated_datetime", .text(report.updatedAt.iso8601)),
            .init("expected_datetime", report.isOpen ? .text((expected ?? report.promisedAt).iso8601) : .nothing),
            .init("address", .optional(report.address)),
            .init("address_id", .nothing),
            .init("zipcode", .nothing), .init("lat", report.place.map { .number(rounded($0.latitude)) } ?? .nothing),
            .init("long", report.place.map { .number(rounded($0.longitude)) } ?? .nothing), .init("media_url", .optional(media)),
        ])
    }

    /// Seven decimals of a degree are a centimetre.
    private static func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }

    /// - Parameter media: where a released photo of this step is; '' for none.
    static func update(_ event: ReportEvent, of number: Report.Number, media: String = "", _ language: Language) -> Open311Document {
        .object([
            .init("update_id", .text("\(ReportReference(number)).\(event.place)")),
            .init("service_request_id", .text(ReportReference(number).description)),
            .init("status", .text(event.state.isOpen ? "open" : "closed")), .init("updated_datetime", .text(event.at.iso8601)),
            .init("description", .text(event.state.title(language))), .init("media_url", .optional(media)),
        ])
    }

    static func errors(_ faults: [Fault], _ language: Language) -> Open311Document {
        .list(
            item: "error",
            faults.map { .object([.init("code", .integer($0.code)), .init("description", .text($0.text(language)))]) })
    }

    static func discovery(_ endpoint: String, changed: Instant, contact: String) -> Open311Document {
        .object([
            .init("changeset", .text(changed.iso8601)), .init("contact", .text(contact)), .init("key_service", .text(contact)),
            .init(
                "endpoints",
                .list(
                    item: "endpoint",
                    [
                        .object([
                            .init("specification", .text("http://wiki.open311.org/GeoReport_v2")), .init("url", .text(endpoint)),
                            .init("changeset", .text(changed.iso8601)), .init("type", .text("production")),
                            // Beyond the standard: the same request, told again with the same key, is one request.
                            .init("idempotency", .text("Idempotency-Key")),
                            .init("formats", .list(item: "format", [.text("text/xml"), .text("application/json")])),
                        ])
                    ])),
        ])
    }
}
