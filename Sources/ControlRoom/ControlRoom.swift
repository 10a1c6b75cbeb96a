// SPDX-License-Identifier: EUPL-1.2

// ControlRoom is the vocabulary: the nouns and laws that every desk shares. A value that two rooms must both
// understand is defined here, once. Nothing in this target does input or output, waits, or reads the clock:
// the time is always an argument. What belongs to one trade (a lamp's faults, a junction's plans) stays in its desk;
// what knows bytes, SQL or HTML stays behind its wall.
