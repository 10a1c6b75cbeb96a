// SPDX-License-Identifier: EUPL-1.2

/// Something that is known near a place now: told to whoever calls, and to whoever looks around in the app.
package struct Surrounding: Sendable, Hashable {
    package enum Sort: String, Sendable, Hashable, Codable, CaseIterable {
        case outage, alarm, report, job, works, collection, notice
    }

    package var sort: Sort
    /// What it is and how it stands, fit for the public where `isPublic`.
    package var title: Words
    package var detail: Words
    package var place: Place?
    /// From the place asked for; 0 where it is true of the whole street or commune.
    package var meters: Double
    /// When it is expected to be over, or when it happens; nil for unknown.
    package var expectedAt: Instant?
    /// Address of its page in the room; '' for none.
    package var link: String
    /// May the caller be told?
    package var isPublic: Bool

    package init(
        sort: Sort, title: Words, detail: Words = Words("", ""), place: Place?, meters: Double, expectedAt: Instant? = nil,
        link: String = "", isPublic: Bool
    ) {
        (self.sort, self.title, self.detail, self.place, self.meters) = (sort, title, detail, place, meters)
        (self.expectedAt, self.link, self.isPublic) = (expectedAt, link, isPublic)
    }
}
