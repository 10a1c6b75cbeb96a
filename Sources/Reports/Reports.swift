// SPDX-License-Identifier: EUPL-1.2

/// The desk of reports: from a citizen's word to an answer that says by what it is proved. Whoever speaks (app, telephone, web, Open311, an
/// operator) makes the same ``Report``, which lives by one table of transitions (`ReportRules.swift`) and one appended history.
package enum Reports {}
