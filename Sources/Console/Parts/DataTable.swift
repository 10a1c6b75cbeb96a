// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A table of things. It scrolls sideways in its own frame on a narrow screen, and says what is missing where it is empty.
package struct DataTable: Content {
    package struct Column: Sendable {
        var title: Words
        var isNumeric: Bool
        var isHidden: Bool
        var sort: Sort?

        /// Sorting is a link, so that it works without a script and can be sent to a colleague.
        package struct Sort: Sendable {
            var address: String
            /// Nil where the table is not sorted by this column.
            var isAscending: Bool?
            package init(_ address: String, isAscending: Bool? = nil) { (self.address, self.isAscending) = (address, isAscending) }
        }

        /// `hidden`: the title is for screen readers only (a column of buttons).
        package init(_ title: Words, numeric: Bool = false, hidden: Bool = false, sort: Sort? = nil) {
            (self.title, isNumeric, isHidden, self.sort) = (title, numeric, hidden, sort)
        }
    }

    package struct Row: Sendable {
        var cells: [HTML]
        var attributes: [Attribute]
        /// The first cell names the row (`<th scope="row">`).
        package init(_ attributes: Attribute..., @CellList cells: () -> [HTML]) { (self.attributes, self.cells) = (attributes, cells()) }
    }

    @resultBuilder
    package enum CellList {
        package static func buildExpression(_ content: some Content) -> [HTML] { [content.html] }
        package static func buildBlock(_ cells: [HTML]...) -> [HTML] { cells.flatMap { $0 } }
        package static func buildOptional(_ cells: [HTML]?) -> [HTML] { cells ?? [.empty] }
        package static func buildEither(first cells: [HTML]) -> [HTML] { cells }
        package static func buildEither(second cells: [HTML]) -> [HTML] { cells }
        package static func buildArray(_ cells: [[HTML]]) -> [HTML] { cells.flatMap { $0 } }
    }

    var caption: Words
    var isCaptionHidden: Bool
    var columns: [Column]
    var rows: [Row]
    var empty: EmptyState
    var bodyID: String?
    var isStale: Bool

    /// `bodyID`: the id of `<tbody>`, for scripts that replace rows.
    package init(
        _ caption: Words, columns: [Column], rows: [Row], empty: EmptyState = EmptyState(Words("Rien à afficher", "Nothing to show")),
        captionHidden: Bool = true, bodyID: String? = nil, stale: Bool = false
    ) {
        (self.caption, self.columns, self.rows, self.empty) = (caption, columns, rows, empty)
        (isCaptionHidden, self.bodyID, isStale) = (captionHidden, bodyID, stale)
    }

    package var html: HTML {
        div(.class("table-frame", isStale ? "is-stale" : ""), .role("region"), .aria(.label, caption), .tabindex(0)) {
            table(.class("data-table")) {
                Console.caption(caption, .class(isCaptionHidden ? "sr-only" : ""))
                thead { tr { for column in columns { head(column) } } }
                tbody(.data("rows", ""), .when(bodyID != nil, .id(bodyID ?? ""))) {
                    for row in rows { Self.line(row, columns) }
                    if rows.isEmpty {
                        tr(.class("table-empty")) { td(.colspan(max(1, columns.count))) { empty } }
                    }
                }
            }
        }
    }

    /// One row by itself, for the live feed: the same markup as in the table.
    package static func line(_ row: Row, _ columns: [Column]) -> HTML {
        tr(row.attributes) {
            for (index, cell) in row.cells.enumerated() {
                let style = index < columns.count && columns[index].isNumeric ? "number" : ""
                if index == 0 { th(cell, .scope("row"), .class(style)) } else { td(cell, .class(style)) }
            }
        }
    }

    private func head(_ column: Column) -> HTML {
        let order = column.sort?.isAscending.map { $0 ? "ascending" : "descending" }
        return th(
            .scope("col"), .class(column.isNumeric ? "number" : ""), .when(order != nil, .aria(.sort, order ?? "none"))
        ) {
            if let sort = column.sort {
                a(.href(sort.address), .class("sort")) {
                    column.title
                    span(sort.isAscending.map { $0 ? "▲" : "▼" } ?? "", .class("sort-mark"), .aria(.hidden, true))
                }
            } else {
                span(column.title, .class(column.isHidden ? "sr-only" : ""))
            }
        }
    }
}

/// Links to the pages of a long list.
package struct PageLinks: Content {
    var current: Int
    var count: Int
    var address: @Sendable (Int) -> String

    /// Pages count from 1.
    package init(_ current: Int, of count: Int, address: @escaping @Sendable (Int) -> String) {
        (self.current, self.count, self.address) = (max(1, current), max(1, count), address)
    }

    package var html: HTML {
        if count == 1 { return .empty }
        return nav(.class("page-links"), .aria(.label, Words("Pages", "Pages"))) {
            if current > 1 { a(Words("Précédente", "Previous"), .href(address(current - 1)), .class("button"), .rel("prev")) }
            span(
                HTML.formatted { [current, count] in
                    $0.language == .french
                        ? "Page \($0.number(current)) sur \($0.number(count))" : "Page \($0.number(current)) of \($0.number(count))"
                }, .class("quiet"))
            if current < count { a(Words("Suivante", "Next"), .href(address(current + 1)), .class("button"), .rel("next")) }
        }
    }
}
