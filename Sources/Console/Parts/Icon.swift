// SPDX-License-Identifier: EUPL-1.2

/// A sign of our own sprite (Web/design/icons.svg). Beside text it is decoration; alone it needs the button's `aria-label`.
package enum Icon: String, Sendable, CaseIterable {
    case map, alarm, list, order, log, health, people, lamp, cabinet, gateway, search, filter, bell, bellOff = "bell-off", check, cross
    case warning, info, clock, chart, power, dim, link, unlink, pin, select, lasso, layers, download, print, plus, minus, chevron, menu,
        sun, moon
    case user, signOut = "sign-out", settings, pause, play, back, external, comment, history, shelve, lock, refresh, key, eye

    package var html: HTML { sprite(rawValue, "icon") }
}
