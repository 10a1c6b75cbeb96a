// SPDX-License-Identifier: EUPL-1.2

// Rehearsal is the simulated city: what a room practises on before it is trusted with a real one.
//
// Two halves. The *city* (`City`, `AreaPlan`, `TownPlan`, `SupplyPlan`, `RadioPlan`) is drawn by rule from a seed and
// written as the same files that a real town would import. The *simulation* (`Simulation`, `Fleet`, `Gateways`,
// `Script`) then brings it to life as a process of its own, which knows Vigie only through its wire.
//
// What does not belong here: anything that Vigie needs at work. Nothing imports this room but the door; no rule, store
// or page may know that a city is simulated. `SteadyMath` and `Dice` make the city the same on every machine.
