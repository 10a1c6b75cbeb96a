// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What the installation says about its site.
package struct SiteSettings: Sendable {
    /// Who runs this room, shown in the shell: 'Dijon métropole'.
    package var operatorName = "Vigie"
    /// True where browsers reach us over TLS (our own or a proxy's): cookies get the `__Host-` prefix and HSTS is sent.
    package var isSecure = false
    /// Origins that browsers may send forms from (`https://vigie.example.org`). Empty: the request's own Host.
    package var origins: [String] = []
    /// Addresses of the reverse proxies before us: what they say in X-Forwarded-For is believed, nobody else's word is.
    package var trustedProxies: Set<String> = []
    package var zone = Audience.paris
    package var language = Language.french
    /// A session ends after this long without a request or an open live feed.
    package var idleLimit = Span.hours(2)
    /// A session ends after this long whatever happens: a shift and its hand-over.
    package var absoluteLimit = Span.hours(14)
    /// Requests a minute from one address before sign-in, and of one person or key after it.
    package var openRequestsPerMinute = 300
    package var requestsPerMinute = 6_000
    /// Bytes of a form, unless a route says otherwise.
    package var formLimit = 256 * 1024
    /// Folder of the built front end (Web/dist), and of the files taken as they are (Web/design, Web/vendor).
    package var assetFolders: [String] = []
    /// Version of Vigie, for the API's description and the shell.
    package var version = "0"
    /// What is wrong with the room itself now, shown above every page to whoever is signed in; nil where all is well.
    package var trouble: @Sendable () -> Words? = { nil }
    /// What stands round the pages of the citizens' app.
    package var citizen = CitizenFrame()
    package init() {}
}
