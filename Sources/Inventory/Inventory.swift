// SPDX-License-Identifier: EUPL-1.2

// Inventory is what stands in public space and where: assets of every kind with their identity, place, parents and life
// cycle, the communes that they lie in, the streets of the base map, and the import that brings them in from the files that
// cities really have. It belongs to no trade: a desk declares its kinds, the inventory holds their assets.
//
// What is not here: the state of an asset (Watch), its samples (Journal), what an operator sees (Supervision and the desks).
// Nothing is ever edited without a trace: each act is a row of `inventory_change`, each effect on an asset a row of
// `asset_history`, and the number of the last change is the revision by which a running server notices an import.
