// SPDX-License-Identifier: EUPL-1.2

/// What goes out to one gateway for one order, ready for the wire.
package struct OrderFrame: Sendable, Hashable {
    /// The gateway whose orders topic it is meant for.
    package var gateway: Asset.Number
    package var order: UInt64
    /// The document of docs/protocols.md, 'Orders down', in UTF-8.
    package var payload: [UInt8]
    package init(gateway: Asset.Number, order: UInt64, payload: [UInt8]) {
        (self.gateway, self.order, self.payload) = (gateway, order, payload)
    }
}

/// The way out to the gateways: our own listener, or the client of a city's broker. It never blocks, may be called from any
/// thread, and promises nothing: that an order came through is known from the gateway's receipts and the assets' own readings.
package protocol Outlet: Sendable {
    func send(_ frames: [OrderFrame])
}
