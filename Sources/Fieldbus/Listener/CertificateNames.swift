// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// The names in the client certificate that TLS has verified: DNS names and URIs of the subject alternative name, then the common name.
enum CertificateNames {
    /// Empty without TLS, without a certificate, or where it cannot be read.
    static func of(_ context: ChannelHandlerContext) -> [String] {
        guard let leaf = try? context.pipeline.syncOperations.nioSSL_peerCertificate(), let der = try? leaf.toDERBytes() else { return [] }
        return names(der: der)
    }

    static func names(der: [UInt8]) -> [String] {
        guard let certificate = try? Certificate(derEncoded: der) else { return [] }
        var names: [String] = []
        if let alternatives = try? certificate.extensions.subjectAlternativeNames {
            for case .dnsName(let name) in alternatives { names.append(name) }
            for case .uniformResourceIdentifier(let name) in alternatives { names.append(name) }
        }
        for relative in certificate.subject {
            for attribute in relative where attribute.type == ASN1ObjectIdentifier.RDNAttributeType.commonName {
                names.append(String(describing: attribute.value))
            }
        }
        return names
    }
}
