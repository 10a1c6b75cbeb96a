// SPDX-License-Identifier: EUPL-1.2

/// A network of bikes or car parks whose figures are fetched: by the file that names its others (`gbfs.json`), or by those themselves.
package struct StationSource: Sendable, Hashable, Codable {
    package var code: String
    /// As citizens read it.
    package var name: String
    /// Of `gbfs.json`; '' where the two others are given.
    package var gbfs: String
    package var information: String
    package var status: String
    /// Seconds.
    package var every: Int

    package init(code: String, name: String, gbfs: String = "", information: String = "", status: String = "", every: Int = 60) {
        (self.code, self.name, self.gbfs) = (code, name, gbfs)
        (self.information, self.status, self.every) = (information, status, every)
    }
}

/// Where a network says what stands where, and what is free.
struct StationAddresses: Sendable, Hashable {
    var information: String
    var status: String
}
