# SPDX-License-Identifier: EUPL-1.2
"""Services in the citizens' app: searched, kept for when there is no network, an alert that comes live, bulky waste without scripts, the small map."""
import re

from app import a_place, citizen, open_app
from room import ADDRESS, PHONE, lose_network, picture, pixels, violations

# By the exercise's clock it is night: what is always open is open.
PAGES = ["/app/services", "/app/services/mairie-dijon", "/app/alertes", "/app/encombrants", "/app/accessibilite"]


def in_dijon(page):
    """An address in Dijon, where the example knows collection days."""
    return a_place(page)["label"]


def a_service_is_found_by_a_word_without_scripts(room):
    page = citizen(room, java_script_enabled=False)
    open_app(page, "/app/services")
    picture(page, "services")
    page.fill("#field-q", "cantine")
    page.click("search button")
    assert "Portail famille" in page.inner_text("main") and page.locator("a[href='/app/services/mairie-dijon']").count() == 0
    page.goto(f"{ADDRESS}/app/services?q=d%C3%A9ch%C3%A8terie")
    page.click("a[href='/app/services/dechetterie-nord']")
    assert page.locator("table.hours tr").count() == 7
    picture(page, "services-place")
    page.context.close()


def what_was_seen_opens_without_a_network_and_says_of_when(room):
    page = citizen(room)
    open_app(page, "/app/services")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    place = in_dijon(page)
    page.goto(f"{ADDRESS}/app/services/mairie-dijon")
    page.goto(f"{ADDRESS}/app/dechets")
    page.fill("#field-address", place)
    page.keyboard.press("Escape")
    page.click("main form .button-primary")
    page.wait_for_selector(".pickups")
    days = page.url
    picture(page, "dechets")
    lose_network(page, days, "/app/services/mairie-dijon")
    for address, content in [(days, ".pickups"), (f"{ADDRESS}/app/services/mairie-dijon", "table.hours")]:
        page.goto(address)
        assert page.locator(content).count() == 1
        page.wait_for_selector("as-of.banner")
        assert "Sans réseau : cette page est celle du" in page.inner_text("as-of")
    picture(page, "services-offline")
    page.context.close()


def an_alert_comes_and_goes_while_somebody_reads(room):
    reader = citizen(room)
    open_app(reader, "/app/services")
    page = room.visit()
    page.goto(f"{ADDRESS}/console/services")
    page.select_option("#field-level", "alarm")
    page.fill("#field-title", "Crue de l'Ouche, essai")
    page.fill("#field-text", "Quittez les berges.")
    page.click("form[action='/console/services/alertes'] .button-primary")
    page.wait_for_selector("tbody tr:has-text(\"Crue de l'Ouche, essai\")")
    picture(page, "console-services")
    reader.wait_for_selector("city-alerts a:has-text(\"Crue de l'Ouche, essai\")")
    picture(reader, "services-alert")
    reader.goto(f"{ADDRESS}/app/alertes")
    picture(reader, "alertes")
    page.click("tr:has-text(\"Crue de l'Ouche, essai\") button")
    page.wait_for_selector("tr:has-text('close par')")
    reader.wait_for_function("() => !document.querySelector('city-alerts').textContent.includes('essai')")
    assert not reader.errors and not page.errors, (reader.errors, page.errors)
    reader.context.close()
    page.context.close()


def bulky_waste_is_booked_moved_and_cancelled_without_scripts(room):
    asking = citizen(room)
    open_app(asking, "/app/encombrants")
    place = in_dijon(asking)
    asking.context.close()
    page = citizen(room, java_script_enabled=False)
    open_app(page, "/app/encombrants")
    page.fill("#field-address", place)
    page.select_option("#field-item-matelas", "2")
    page.click("form[method=get] button")
    picture(page, "encombrants")
    assert page.locator("input[name=day]").count() > 3
    page.click(".send button")
    page.wait_for_url(re.compile("/app/encombrants/suivi/[0-9a-f]{40}"))
    assert re.search(r"E-\d+-[A-Z]", page.inner_text(".reference"))
    picture(page, "encombrants-sent")
    before = page.inner_text(".standing")
    page.click("summary:has-text('Choisir un autre jour')")
    page.locator("input[name=day]").nth(2).check()
    page.click("form[action$=deplacer] button")
    assert page.inner_text(".standing") != before
    page.click("form[action$=annuler] button")
    assert page.inner_text(".standing") == "Annulé"
    page.context.close()


def the_small_map_comes_by_a_tap_and_shows_what_the_list_says(room):
    page = citizen(room)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_app(page, "/app")
    place = a_place(page)
    page.fill("#field-address", place["label"])
    page.evaluate("() => document.querySelector('details.branch').open = true")
    open_app(page, f"/app/around?near={place['longitude']},{place['latitude']}")
    if page.locator("around-map button").count() == 0:
        page.context.close()
        return
    assert not [url for url in asked if "maplibre" in url or "/tiles/" in url], "the map came unasked"
    page.click("around-map button")
    page.wait_for_selector("around-map[data-drawn]")
    shown = page.locator(".around-canvas")
    shown.scroll_into_view_if_needed()
    colours = set(pixels(page, shown.bounding_box()))
    assert len(colours) > 20, f"the map has {len(colours)} colours"
    picture(page, "around-map")
    assert not page.errors, page.errors
    page.context.close()


def axe_finds_nothing_in_services(room):
    found = []
    for scheme in ["light", "dark"]:
        page = citizen(room, color_scheme=scheme)
        open_app(page, "/app/services")
        place = in_dijon(page)
        for path in PAGES + [f"/app/dechets?q={place}", f"/app/encombrants?q={place}&item-matelas=1"]:
            page.goto(f"{ADDRESS}{path}")
            picture(page, f"services-{scheme}{path.split('?')[0].replace('/', '-')}")
            found += violations(page, f"{scheme} {path}")
        page.context.close()
    assert not found, "\n".join(found)


def nothing_of_services_is_cut_off_at_four_hundred_per_cent(room):
    page = citizen(room, viewport={"width": 320, "height": 640})
    open_app(page, "/app/services")
    place = in_dijon(page)
    for path in PAGES + [f"/app/dechets?q={place}", f"/app/encombrants?q={place}&item-matelas=1"]:
        page.goto(f"{ADDRESS}{path}")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 320, f"{path} is {wide} wide"
    page.context.close()


TESTS = [
    a_service_is_found_by_a_word_without_scripts, what_was_seen_opens_without_a_network_and_says_of_when,
    an_alert_comes_and_goes_while_somebody_reads, bulky_waste_is_booked_moved_and_cancelled_without_scripts,
    the_small_map_comes_by_a_tap_and_shows_what_the_list_says, axe_finds_nothing_in_services,
    nothing_of_services_is_cut_off_at_four_hundred_per_cent,
]
