// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What other desks may ask of the crews' desk. Everything that it accepted is kept when it returns.
package protocol JobDesk: Sendable {
    /// - Returns: the number of the job; that of the open one where this source has one.
    func ask(_ need: JobNeed, by login: String) async throws -> Int64
    /// Cancels the open job of a source; does nothing where none is open.
    func withdraw(_ source: JobSource, because: String, by login: String) async throws
    func jobs(of source: JobSource) async throws -> [JobGlance]
    /// Open jobs near a place, the nearest first.
    func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance]
    /// Open jobs about an asset, whoever asked for them, the newest first.
    func openJobs(about asset: Asset.Number) async throws -> [JobGlance]
    /// What the crews photographed for a source, in the order of its jobs and of their taking.
    func pictures(of source: JobSource) async throws -> [JobPicture]
    /// One of them, without metadata; nil where this source has no such photo.
    func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])?
    /// Steps after a position, the oldest first, at most `limit`.
    func news(after position: Int64, limit: Int) async throws -> [JobNews]
    /// Does any crew work for this department?
    func works(for department: String) async throws -> Bool
    /// nil where no crew of that department works.
    func expectation(department: String, category: String, commune: Commune, urgency: Urgency) async throws -> JobExpectation?
}
