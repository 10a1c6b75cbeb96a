// SPDX-License-Identifier: EUPL-1.2

import NIOSSL

/// TLS 1.2 and 1.3 for the listener, from PEM files.
enum ServerTLS {
    static func context(_ tls: MQTTListenerConfiguration.TLS) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(tls.certificateChain)
        let key = try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        if let roots = tls.clientRoots {
            configuration.trustRoots = .file(roots)
            configuration.certificateVerification = tls.isClientOptional ? .optionalVerification : .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
