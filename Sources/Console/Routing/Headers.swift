// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Hummingbird

/// Security headers of every answer. Scripts, styles, images and data come from us only; nothing inline runs; nobody frames us.
struct Headers: RouterMiddleware {
    let fixed: HTTPFields

    init(settings: SiteSettings) {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
            "connect-src 'self'", "worker-src 'self' blob:", "manifest-src 'self'", "frame-ancestors 'none'", "form-action 'self'",
            "base-uri 'none'",
        ].joined(separator: "; ")
        fields[.xContentTypeOptions] = "nosniff"
        fields[.referrerPolicy] = "same-origin"
        fields[.permissionsPolicy] = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
        fields[.openerPolicy] = "same-origin"
        fields[.resourcePolicy] = "same-origin"
        if settings.isSecure { fields[.strictTransportSecurity] = "max-age=63072000; includeSubDomains" }
        fixed = fields
    }

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in fixed { response.headers[field.name] = field.value }
        // Citizens may give their position to their own page; nothing else of the site asks for one.
        if request.uri.path == "/app" || request.uri.path.hasPrefix("/app/") {
            response.headers[.permissionsPolicy] =
                "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()"
        }
        if !response.headers.contains(.cacheControl) { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
