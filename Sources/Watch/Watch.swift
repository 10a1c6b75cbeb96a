// SPDX-License-Identifier: EUPL-1.2

// Watch is the floor of the control room: the one place where the state of an asset changes. What arrives from the field
// is taken in *turns*: a turn writes it to the intake, tells the devices so, judges it, keeps what follows from it in one
// transaction, and then tells the operators (`Floor.swift` reads from top to bottom). The alarm book and the order book are
// plain values' work, confined to the turn's thread. Here is no byte of a protocol, no HTML, and no rule of a trade: a desk
// hands its rules in as a `Trade`.
