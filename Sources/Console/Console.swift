// SPDX-License-Identifier: EUPL-1.2

// Console is the only room that knows HTTP and HTML. Here live: HTML as values that cannot be written unescaped, the shell of every
// page, sessions and rights, forms and refusals, the live feed, vector tiles, the register of endpoints and the design system's parts.
// A desk brings pages (`…Page`: values from here, no Hummingbird) and routes (`…Routes`: a `Desk` from here and closures).
// Not here: SQL (accounts come in as an `AccountPort` of closures), the state of the city (a desk asks the floor), and any trade's words.
