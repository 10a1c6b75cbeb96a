# SPDX-License-Identifier: EUPL-1.2
"""The screens in a real browser: by content, by pixels, by keyboard, by axe; then a shift's work (operations.py). See tools/test-browser."""
import os
import re
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

import account
import app
import calls
import jobs
import limits
import operations
import reports
import services
import shapes
import terrain
import works
from room import ADDRESS, DESK, PHONE, SAY, ZOOMED, Room, ask, assets, go, look_at, open_map, picture, pixels, violations, wait_live

PAGES = ["map", "alarms", "alarms/hand-over", "alarms/review", "assets", "orders", "orders/new", "log", "health", "accounts", "accounts/1", "privacy",
         "reports", "reports?show=all", "reports/new", "reports/new?category=epave", "reports/statistics",
         "jobs", "jobs?show=all", "jobs/new", "jobs/day", "jobs/crews", "jobs/plans", "jobs/works", "jobs/works/new", "jobs/works/imports", "jobs/costs", "services", "services/encombrants",
         "../allo", "../allo/callbacks", "../allo/statistics", "../allo/calls/1", "help/alarms", "help/map", "help/calls", "design"]


def all_pages(page):
    """The pages without a parameter, and one sheet of each sort that there is."""
    sheets = [f"assets/{assets(page, kind)[0]['id']}" for kind in ["lamp", "cabinet", "gateway"]]
    alarms = [f"alarms/{line['target']}" for line in ask(page, "/api/alarms")["alarms"]][:1]
    page.goto(f"{ADDRESS}/console/orders")
    orders = re.findall(r'href="/console/(orders/\d+)"', page.content())[:1]
    page.goto(f"{ADDRESS}/console/reports?show=all")
    found = re.findall(r'href="/console/(reports/\d+-[A-Z])"', page.content())[:1]
    page.goto(f"{ADDRESS}/console/jobs?show=all")
    found += re.findall(r'href="/console/(jobs/\d+)"', page.content())[:1]
    return PAGES + sheets + alarms + orders + found


def every_screen_opens_without_an_error_in_the_console(room):
    page = room.visit()
    for name in all_pages(page):
        go(page, name)
        page.wait_for_load_state("load")
        picture(page, name.replace("/", "-"))
    assert not page.errors, page.errors
    page.context.close()


def axe_finds_nothing(room):
    found = []
    for theme in ["light", "dark"]:
        page = room.visit(color_scheme=theme)
        for name in all_pages(page) + ["nowhere"]:
            page.goto(f"{ADDRESS}/console/{name}")
            if name == "map":
                page.wait_for_selector("room-map[data-ready=yes]")
            found += violations(page, f"{theme} {name}")
        page.context.close()
        page = room.visit(color_scheme=theme, signed_in=False)
        page.goto(f"{ADDRESS}/sign-in")
        found += violations(page, f"{theme} sign-in")
        page.context.close()
    assert not found, "\n".join(found)


def the_map_draws_the_city(room):
    """A map of height 0 passes every event: so the pixels are counted."""
    page = room.visit()
    open_map(page)
    box = page.locator("room-map canvas").first.bounding_box()
    assert box["width"] > 600 and box["height"] > 500, box
    from_afar = len(set(pixels(page, box)))
    assert from_afar > 20, f"the map shows {from_afar} colours"
    picture(page, "map-afar")
    look_at(page, assets(page, "lamp")[0], 15)
    page.wait_for_function("() => location.hash.startsWith('#15.00/')")
    picture(page, "map-near")
    assert not page.errors, page.errors
    page.context.close()


def lamps_are_pixels_and_the_legend_hides_them_near_and_far(room):
    """The same map with and without its lamps: what differs was drawn for them."""
    page = room.visit()
    lamp = assets(page, "lamp")[0]
    open_map(page)
    box = page.locator("room-map canvas").first.bounding_box()
    box = {"x": box["x"] + box["width"] / 2 - 200, "y": box["y"] + box["height"] / 2 - 200, "width": 400, "height": 400}
    # The state that most lamps are in: dimmed, at two at night.
    figures = {place.get_attribute("data-count"): int(re.sub(r"\D", "", place.inner_text()))
               for place in page.locator(".legend-row:visible [data-count]").all()}
    most = page.locator(f".legend input[data-state='{max(figures, key=figures.get)[1:]}']")
    for zoom in [14, 11.5]:
        if zoom > 13:
            look_at(page, lamp, zoom)
        else:
            page.evaluate("(zoom) => document.querySelector('room-map').map.jumpTo({zoom})", zoom)
        still(page)
        full = pixels(page, box)
        most.uncheck()
        still(page)
        bare = pixels(page, box)
        most.check()
        still(page)
        differing = sum(1 for a, b in zip(full, bare) if a != b)
        assert differing > 100, f"zoom {zoom}: lamps are {differing} sampled pixels"
        again = sum(1 for a, b in zip(full, pixels(page, box)) if a != b)
        assert again < differing / 2, f"zoom {zoom}: {again} of {differing} pixels did not come back"
    assert not page.errors, page.errors
    page.context.close()


def still(page):
    """Waits until the map has drawn all that it has."""
    page.evaluate("""() => new Promise((done) => { const map = document.querySelector('room-map').map; map.once('idle', done); map.triggerRepaint(); })""")


def the_keyboard_walks_the_list_and_opens_help(room):
    page = room.visit()
    go(page, "assets")
    page.wait_for_selector("html.has-script")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[aria-current=true]").count() == 1
    page.keyboard.press("?")
    page.wait_for_selector("dialog.help-dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.help-dialog", state="detached")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.type") == "search"
    page.context.close()


def the_stream_opens_and_an_entry_arrives_by_itself(room):
    page = room.visit()
    go(page, "log")
    wait_live(page)
    assert page.inner_text("#live") == "En direct"
    other = page.context.new_page()
    other.goto(f"{ADDRESS}/console/log")
    other.fill("textarea[name=text]", "Essai du flux")
    other.click("form[method=post][action='/console/log'] button")
    page.wait_for_selector("text=Essai du flux")
    # A form hears nothing and claims nothing.
    go(page, "orders/new")
    assert not page.locator("#live").is_visible()
    page.context.close()


def the_language_changes_and_stays(room):
    page = room.visit()
    go(page, "alarms")
    assert page.inner_text("h1") == "Alarmes"
    choose(page, "English")
    assert page.get_attribute("html", "lang") == "en" and page.inner_text("h1") == "Alarms"
    for name in PAGES:
        go(page, name)
        assert page.get_attribute("html", "lang") == "en", name
    go(page, "assets")
    assert "Never heard" in page.inner_text("main") or "Lamp" in page.inner_text("main")
    choose(page, "Français")
    assert page.inner_text("h1") == "Équipements"
    page.context.close()


def choose(page, language):
    page.click("summary.who-name")
    page.select_option(".who-menu select[name=language]", label=language)
    with page.expect_navigation():
        page.click(".who-menu .preferences button")


def a_phone_shows_each_screen_without_sideways_scroll(room):
    page = room.visit(viewport=PHONE)
    wide = []
    for name in all_pages(page) + ["nowhere"]:
        page.set_viewport_size(PHONE)
        page.goto(f"{ADDRESS}/console/{name}")
        page.wait_for_load_state("load")
        for view in (PHONE, ZOOMED):
            page.set_viewport_size(view)
            width = page.evaluate("() => document.documentElement.scrollWidth")
            picture(page, f"phone-{view['width']}-" + name.replace("/", "-"))
            # Fields that a frame cuts off do not widen the page.
            cut = page.evaluate("""() => [...document.querySelectorAll("main input, main select, main textarea")]
                .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".table-frame, .table-scroll, .visually-hidden"))
                .filter((one) => one.offsetWidth > 1 && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.name || one.type)""")
            if width > view["width"] or cut:
                wide.append(f"{name} at {view['width']}: {width} {cut}")
    page.context.close()
    assert not wide, wide


# What looks comes first, while the city wakes up; then a shift's work, which changes it; axe and the phone last, when there is an order and
# an alarm to look at.
LOOKS = [
    the_map_draws_the_city, the_keyboard_walks_the_list_and_opens_help,
    the_stream_opens_and_an_entry_arrives_by_itself, the_language_changes_and_stays,
    operations.an_asset_is_found_by_its_identity_its_name_and_its_address,
    jobs.a_job_arrives_on_another_screen_and_goes_through_its_life, jobs.a_day_is_proposed_accepted_and_moved_without_script,
    jobs.a_job_is_dragged_and_the_price_comes_first, works.works_come_in_as_a_list_and_are_swapped,
    reports.a_report_made_by_hand_arrives_on_another_screen_by_itself, reports.the_desk_of_reports_goes_without_script,
]
LOOKS += app.TESTS + [
    calls.a_call_goes_from_ringing_to_closed_by_the_keyboard_alone, calls.a_call_that_the_exchange_gives_opens_by_itself,
    calls.the_call_desk_goes_without_script,
] + services.TESTS + terrain.TESTS + account.TESTS
SHIFT = [
    operations.the_city_says_how_it_is_within_two_minutes, lamps_are_pixels_and_the_legend_hides_them_near_and_far,
    operations.an_order_from_the_map_is_proved_before_the_operators_eyes, operations.fifty_lamps_in_a_box_are_dimmed_and_the_ledger_fills_by_itself,
    operations.many_alarms_are_acknowledged_by_the_keyboard, operations.all_goes_without_script,
    operations.a_tripped_feeder_is_one_line_and_the_time_machine_shows_the_city_before_it,
    shapes.a_fault_is_told_by_its_shape_on_the_map, limits.who_sees_one_commune_hears_it_at_once_and_nothing_else,
]
LAST = [every_screen_opens_without_an_error_in_the_console, a_phone_shows_each_screen_without_sideways_scroll, axe_finds_nothing]


def passes(room, test):
    """Runs one test and tells how it went; where it failed, also which pages stood open."""
    begun = time.monotonic()
    try:
        test(room)
        print(f"ok      {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
        return True
    except Exception as problem:  # each test is told, the others still run
        print(f"FAILED  {test.__name__}: {str(problem)[:3000]}", flush=True)
        if not isinstance(problem, AssertionError):
            traceback.print_exc(limit=4)
        for page in [page for context in room.browser.contexts for page in context.pages]:
            print(f"        open: {page.url}, errors: {getattr(page, 'errors', [])[:5]}", flush=True)
            picture(page, f"failed-{test.__name__}")
        return False
    finally:
        for context in room.browser.contexts:
            context.close()


def main():
    failed = 0
    only = re.compile(os.environ.get("BROWSER_ONLY", ""))
    with sync_playwright() as playwright:
        room = Room(playwright)
        for test in [one for one in LOOKS + (SHIFT if SAY else []) + LAST if only.search(one.__name__)]:
            # A living city and a browser on a loaded machine: a failure counts when it comes twice. The first one is printed in full.
            if not passes(room, test) and not passes(room, test):
                failed += 1
        room.browser.close()
    if not SAY:
        print(f"skipped {len(SHIFT)} tests that need the simulated city to obey", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
