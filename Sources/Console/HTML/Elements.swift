// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The name of an element; calling it makes one: `div(.class("card")) { h2("Lampes") }`, `p(Words("Rien", "Nothing"), .class("quiet"))`.
package struct Tag: Sendable {
    let name: StaticString
    init(_ name: StaticString) { self.name = name }

    package func callAsFunction(_ attributes: Attribute..., @Markup content: () -> HTML) -> HTML {
        HTML(.element(name, attributes, [content()], isVoid: false))
    }

    package func callAsFunction(_ attributes: [Attribute], @Markup content: () -> HTML) -> HTML {
        HTML(.element(name, attributes, [content()], isVoid: false))
    }

    package func callAsFunction(_ content: some Content, _ attributes: Attribute...) -> HTML {
        HTML(.element(name, attributes, [content.html], isVoid: false))
    }

    /// Empty.
    package func callAsFunction(_ attributes: Attribute...) -> HTML { HTML(.element(name, attributes, [], isVoid: false)) }
}

/// An element without content: `input(.type("checkbox"))`.
package struct VoidTag: Sendable {
    let name: StaticString
    init(_ name: StaticString) { self.name = name }
    package func callAsFunction(_ attributes: Attribute...) -> HTML { HTML(.element(name, attributes, [], isVoid: true)) }
    package func callAsFunction(_ attributes: [Attribute]) -> HTML { HTML(.element(name, attributes, [], isVoid: true)) }
}

// Names that C libraries also use have the ending `Element`.
package let mainElement = Tag("main")
package let timeElement = Tag("time")
package let selectElement = Tag("select")

package let header = Tag("header")
package let footer = Tag("footer")
package let nav = Tag("nav")
package let section = Tag("section")
package let article = Tag("article")
package let aside = Tag("aside")
package let div = Tag("div")
package let span = Tag("span")
package let p = Tag("p")
package let a = Tag("a")
package let h1 = Tag("h1")
package let h2 = Tag("h2")
package let h3 = Tag("h3")
package let h4 = Tag("h4")
package let ul = Tag("ul")
package let ol = Tag("ol")
package let li = Tag("li")
package let dl = Tag("dl")
package let dt = Tag("dt")
package let dd = Tag("dd")
package let strong = Tag("strong")
package let em = Tag("em")
package let small = Tag("small")
package let code = Tag("code")
package let kbd = Tag("kbd")
package let pre = Tag("pre")
package let figure = Tag("figure")
package let figcaption = Tag("figcaption")
package let table = Tag("table")
package let caption = Tag("caption")
package let thead = Tag("thead")
package let tbody = Tag("tbody")
package let tfoot = Tag("tfoot")
package let tr = Tag("tr")
package let th = Tag("th")
package let td = Tag("td")
package let form = Tag("form")
package let fieldset = Tag("fieldset")
package let legend = Tag("legend")
package let label = Tag("label")
package let button = Tag("button")
package let option = Tag("option")
package let optgroup = Tag("optgroup")
package let textarea = Tag("textarea")
package let output = Tag("output")
package let details = Tag("details")
package let summary = Tag("summary")
package let dialog = Tag("dialog")
package let progressElement = Tag("progress")
package let meterElement = Tag("meter")
package let blockquote = Tag("blockquote")
package let search = Tag("search")
package let hr = VoidTag("hr")
package let br = VoidTag("br")
package let img = VoidTag("img")
package let input = VoidTag("input")

/// A custom element of Web/src, by its constant name: `custom("vigie-map", …) { fallback }`.
package func custom(_ name: StaticString, _ attributes: Attribute..., @Markup content: () -> HTML = { .empty }) -> HTML {
    HTML(.element(name, attributes, [content()], isVoid: false))
}

/// JSON for a script of ours: `<script type="application/json" id="…">`, which a browser never runs. `<` is written as `\u003C`.
package func jsonData(id: String, _ json: String) -> HTML {
    HTML(.element("script", [.named("type", "application/json"), .id(id)], [HTML(.data(json))], isVoid: false))
}

extension Attribute {
    package static func type(_ value: String) -> Attribute { .named("type", value) }
    package static func name(_ value: String) -> Attribute { .named("name", value) }
    package static func value(_ value: String) -> Attribute { .named("value", value) }
    package static func value(_ words: Words) -> Attribute { .named("value", words) }
    package static func placeholder(_ words: Words) -> Attribute { .named("placeholder", words) }
    package static func `for`(_ id: String) -> Attribute { .named("for", id) }
    package static func method(_ value: String) -> Attribute { .named("method", value) }
    package static func autocomplete(_ value: String) -> Attribute { .named("autocomplete", value) }
    package static func scope(_ value: String) -> Attribute { .named("scope", value) }
    package static func colspan(_ value: Int) -> Attribute { .named("colspan", String(value)) }
    package static let checked = Attribute.flag("checked")
    package static let selected = Attribute.flag("selected")
    package static let disabled = Attribute.flag("disabled")
    package static let required = Attribute.flag("required")
    package static let readonly = Attribute.flag("readonly")
    package static let multiple = Attribute.flag("multiple")
    package static let open = Attribute.flag("open")
    package static let autofocus = Attribute.flag("autofocus")
}
