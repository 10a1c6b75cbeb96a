// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A piece of a page as a value: a tree that becomes bytes once, for one `Audience`. Text is escaped when it is written and there is no
/// way to put a string in unescaped: only `Trusted` constants of this program's own source are copied as they are.
package struct HTML: Sendable {
    let node: Node

    indirect enum Node: Sendable {
        case text(String)
        case words(Words)
        case formatted(@Sendable (Audience) -> String)
        case trusted(Trusted)
        case element(StaticString, [Attribute], [HTML], isVoid: Bool)
        case data(String)
        case csrf
        case list([HTML])
    }

    init(_ node: Node) { self.node = node }

    package static let empty = HTML(.list([]))

    /// Text for everybody, escaped.
    package static func text(_ text: String) -> HTML { HTML(.text(text)) }
    /// Text in the reader's language, escaped.
    package static func words(_ words: Words) -> HTML { HTML(.words(words)) }
    /// Text that depends on the reader (numbers, dates), escaped.
    package static func formatted(_ write: @escaping @Sendable (Audience) -> String) -> HTML { HTML(.formatted(write)) }
    /// The hidden field with the session's form token; every form with method post has one. Filled in when the page is written.
    package static let csrf = HTML(.csrf)
    /// A constant of our own source, copied as it is.
    package static func trusted(_ constant: Trusted) -> HTML { HTML(.trusted(constant)) }

    package static func + (a: HTML, b: HTML) -> HTML { HTML(.list([a, b])) }

    /// True where nothing would be written.
    package var isEmpty: Bool {
        if case .list(let parts) = node { return parts.allSatisfy(\.isEmpty) }
        return false
    }
}

/// Markup that is a literal of the program: it can be made from a `StaticString` only, so nothing from outside can become one.
package struct Trusted: Sendable, ExpressibleByStringLiteral {
    let markup: StaticString
    package init(stringLiteral markup: StaticString) { self.markup = markup }
}

/// What may stand between two tags: `String`, `Words`, `Int`, `HTML`, and arrays and optionals of `HTML`.
package protocol Content: Sendable {
    var html: HTML { get }
}

extension HTML: Content { package var html: HTML { self } }
extension String: Content { package var html: HTML { HTML(.text(self)) } }
extension Substring: Content { package var html: HTML { HTML(.text(String(self))) } }
extension Words: Content { package var html: HTML { HTML(.words(self)) } }
extension Int: Content { package var html: HTML { .number(self) } }
extension [HTML]: Content { package var html: HTML { HTML(.list(self)) } }
extension HTML?: Content { package var html: HTML { self ?? .empty } }

/// Gathers the lines of a braced block into one `HTML`.
@resultBuilder
package enum Markup {
    package static func buildExpression(_ content: some Content) -> HTML { content.html }
    package static func buildBlock(_ parts: HTML...) -> HTML { parts.count == 1 ? parts[0] : HTML(.list(parts)) }
    package static func buildOptional(_ part: HTML?) -> HTML { part ?? .empty }
    package static func buildEither(first part: HTML) -> HTML { part }
    package static func buildEither(second part: HTML) -> HTML { part }
    package static func buildArray(_ parts: [HTML]) -> HTML { HTML(.list(parts)) }
    package static func buildLimitedAvailability(_ part: HTML) -> HTML { part }
}

extension HTML {
    /// A block outside an element: `HTML.of { p("a"); p("b") }`.
    package static func of(@Markup _ content: () -> HTML) -> HTML { content() }
}
