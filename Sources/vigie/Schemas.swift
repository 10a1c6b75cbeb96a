// SPDX-License-Identifier: EUPL-1.2

import Interventions
import Inventory
import Journal
import Reports
import Services
import Supervision
import Watch

/// Every table of the house, in the order in which they are made; the journal's own come before them. A command that opens the
/// journal names them all: a journal with tables unknown to the program is refused as one of a later release.
enum Schemas {
    static let all: [Migration] =
        InventorySchema.migrations + GatewayKeySchema.migrations + GatewayWaySchema.migrations + PositionSchema.migrations
        + AlarmSchema.migrations + OrderSchema.migrations + Supervision.migrations
        + Reports.migrations + AddressSchema.migrations + Interventions.migrations + Services.migrations

    /// Where the house may name a person: the register of processing, and what the daily destruction goes by.
    static let personal: [PersonalPlace] =
        InventorySchema.personal + AlarmSchema.personal + OrderSchema.personal + Supervision.personal + Reports.personal
        + JobSchema.personal + TerrainSchema.personal + VehicleStore.personal + WorksSchema.personal + Services.personal
}
