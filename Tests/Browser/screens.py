# SPDX-License-Identifier: EUPL-1.2
"""The screens in a real browser: by content, by pixels, by keyboard, without script, and by axe. See tools/test-browser."""
import os
import subprocess
import sys
import traceback

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ADDRESS = os.environ["VIGIE_ADDRESS"].rstrip("/")
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
         "--disable-dev-shm-usage"]
PAGES = ["map", "alarms", "alarms/hand-over", "assets", "orders", "orders/new", "log", "health", "accounts", "help/alarms"]
SAY = os.environ.get("VIGIE_SAY", "")
PROVED = "() => /\\b1 prouvés? sur 1\\b/.test(document.querySelector('main').innerText)"
PICTURES = os.environ.get("VIGIE_PICTURES")


def sign_in(context):
    page = context.new_page()
    if os.environ.get("VIGIE_COOKIE"):
        name, value = os.environ["VIGIE_COOKIE"].split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": ADDRESS}])
        page.goto(f"{ADDRESS}/console/alarms")
    else:
        page.goto(f"{ADDRESS}/console/alarms")
        page.fill("input[name=login]", os.environ["VIGIE_LOGIN"])
        page.fill("input[name=password]", os.environ["VIGIE_PASSWORD"])
        page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_selector("h1")
    return page


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=False)


def every_screen_opens_without_an_error_in_the_console(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    page = sign_in(context)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for name in PAGES:
        answer = page.goto(f"{ADDRESS}/console/{name}")
        assert answer.status == 200, f"{name}: {answer.status}"
        page.wait_for_timeout(300)
        picture(page, name.replace("/", "-"))
    assert not errors, errors
    context.close()


def axe_finds_nothing(browser):
    for theme in ["light", "dark"]:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR", color_scheme=theme)
        page = sign_in(context)
        found = []
        for name in PAGES:
            page.goto(f"{ADDRESS}/console/{name}")
            page.wait_for_timeout(300)
            result = Axe().run(page)
            for violation in result.response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{theme} {name}: {violation['id']} ({violation['impact']}): {nodes}")
        context.close()
        assert not found, "\n".join(found)


def the_map_draws_the_city(browser):
    """A map of height 0 passes every event: so the pixels are counted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/map")
    page.wait_for_selector("room-map[data-ready=yes]", timeout=30000)
    page.wait_for_function("() => Number(document.querySelector('room-map').dataset.idle || 0) > 0", timeout=30000)
    box = page.locator("room-map canvas").first.bounding_box()
    assert box["width"] > 600 and box["height"] > 500, box
    from_afar = colours(page, box)
    assert from_afar > 20, f"the map shows {from_afar} colours"
    picture(page, "map-afar")
    page.evaluate("() => { const m = document.querySelector('room-map').map; m.jumpTo({center: m.getCenter(), zoom: 15}); }")
    page.wait_for_timeout(4000)
    drawn = page.evaluate("() => document.querySelector('room-map').drawn([[0, 0], [1100, 850]]).length")
    picture(page, "map-near")
    assert drawn > 0, "no asset is drawn at zoom 15"
    assert "#15.00" in page.url or "#15" in page.url, page.url
    context.close()


def lamps_are_pixels_at_zoom_13(browser):
    """The same map with and without its assets: what differs was drawn for them."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/map")
    page.wait_for_selector("room-map[data-ready=yes]", timeout=30000)
    box = page.locator("room-map canvas").first.bounding_box()
    assert box["height"] > 300, box
    page.evaluate("() => document.querySelector('room-map').map.jumpTo({zoom: 13})")
    drawn = "() => document.querySelector('room-map').drawn([[0, 0], [900, 700]]).length > 20"
    page.wait_for_function(drawn, timeout=20000)
    page.wait_for_timeout(1000)
    full = pixels(page, box)
    page.evaluate("() => document.querySelector('room-map').map.setLayoutProperty('assets', 'visibility', 'none')")
    page.wait_for_timeout(1000)
    bare = pixels(page, box)
    differing = sum(1 for a, b in zip(full, bare) if a != b)
    assert differing > 500, f"assets change {differing} sampled pixels"
    context.close()


def pixels(page, box):
    """Every second pixel of a shot, as numbers."""
    import base64
    shot = base64.b64encode(page.screenshot(clip=box)).decode()
    return page.evaluate(
        """async (shot) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + shot; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const data = pen.getImageData(0, 0, canvas.width, canvas.height).data; const all = [];
            for (let i = 0; i < data.length; i += 8) all.push(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return all; }""", shot)


def an_order_from_the_map_is_proved_before_the_operators_eyes(browser):
    if not SAY:
        return "skipped: no simulated city to obey"
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/map")
    page.wait_for_selector("room-map[data-ready=yes]", timeout=30000)
    page.evaluate("() => document.querySelector('room-map').map.jumpTo({zoom: 15})")
    page.wait_for_function("() => document.querySelector('room-map').drawn([[100, 100], [800, 600]]).length > 2", timeout=20000)
    where = page.evaluate(
        """() => { const room = document.querySelector('room-map');
            const lamp = room.drawn([[100, 100], [800, 600]]).find((found) => found.properties.k < 32);
            const at = room.map.project(lamp.geometry.coordinates); return [at.x, at.y]; }""")
    box = page.locator("room-map canvas").first.bounding_box()
    page.mouse.click(box["x"] + where[0], box["y"] + where[1])
    page.click("[data-selection] button:has-text('Donner un ordre')")
    page.fill("input[name=level]", "40")
    page.fill("input[name=reason]", "Essai de l'écran")
    page.click("main button:has-text('Voir ce que cela ferait')")
    page.click("main button:has-text('Envoyer à')")
    page.wait_for_url("**/console/orders/[0-9]*")
    page.evaluate("() => { document.documentElement.dataset.same = 'yes'; }")
    page.wait_for_function(PROVED, timeout=60000)
    assert page.evaluate("() => document.documentElement.dataset.same") == "yes", "the page was reloaded"
    context.close()


def a_tripped_feeder_is_one_line_without_a_reload(browser):
    if not SAY:
        return "skipped: no simulated city to trip"
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/alarms")
    page.wait_for_selector("html[data-live=open]", timeout=10000)
    page.evaluate("() => { document.documentElement.dataset.same = 'yes'; }")
    subprocess.run(SAY.split() + ["trip feeder F-01"], check=True, stdout=subprocess.DEVNULL,
                   env={name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")})
    page.wait_for_selector("tbody tr.alarm:has-text('F-01')", timeout=60000)
    assert page.evaluate("() => document.documentElement.dataset.same") == "yes", "the page was reloaded"
    page.click("tbody tr.alarm:has-text('F-01') .alarm-title")
    page.click("main button:has-text('Acquitter')")
    page.goto(f"{ADDRESS}/console/log")
    assert "Acquittée" in page.locator("main").inner_text()
    context.close()


def colours(page, box):
    """How many different colours a shot of the map has, by its PNG drawn into a canvas of the page's own."""
    import base64
    shot = base64.b64encode(page.screenshot(clip=box)).decode()
    return page.evaluate(
        """async (shot) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + shot; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const data = pen.getImageData(0, 0, canvas.width, canvas.height).data; const seen = new Set();
            for (let i = 0; i < data.length; i += 16) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return seen.size; }""", shot)


def every_screen_works_without_script(browser):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = sign_in(context)
    for name in PAGES:
        assert page.goto(f"{ADDRESS}/console/{name}").status == 200, name
    page.goto(f"{ADDRESS}/console/map")
    assert page.locator(".overview table tbody tr").count() > 0, "no overview by commune without script"
    page.goto(f"{ADDRESS}/console/assets")
    page.fill("#list-search", "rue")
    page.click("form[role=search] button")
    assert "q=rue" in page.url
    picture(page, "assets-no-script")
    context.close()


def the_keyboard_walks_the_list_and_opens_help(browser):
    context = browser.new_context(locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/assets")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[aria-current=true]").count() == 1
    page.keyboard.press("?")
    page.wait_for_selector("dialog.help-dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.type") == "search"
    context.close()


def the_stream_opens_and_an_entry_arrives_by_itself(browser):
    context = browser.new_context(locale="fr-FR")
    page = sign_in(context)
    page.goto(f"{ADDRESS}/console/log")
    page.wait_for_selector("html[data-live=open]", timeout=10000)
    other = context.new_page()
    other.goto(f"{ADDRESS}/console/log")
    other.fill("textarea[name=text]", "Essai du flux")
    other.click("form[method=post][action='/console/log'] button")
    page.wait_for_selector("text=Essai du flux", timeout=10000)
    context.close()


def a_phone_shows_each_screen_without_sideways_scroll(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page = sign_in(context)
    wide = []
    for name in PAGES:
        page.goto(f"{ADDRESS}/console/{name}")
        page.wait_for_timeout(200)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        picture(page, "phone-" + name.replace("/", "-"))
        if width > 392:
            wide.append(f"{name}: {width}")
    context.close()
    assert not wide, wide


TESTS = [every_screen_opens_without_an_error_in_the_console, every_screen_works_without_script, the_keyboard_walks_the_list_and_opens_help,
         the_stream_opens_and_an_entry_arrives_by_itself, the_map_draws_the_city, lamps_are_pixels_at_zoom_13,
         an_order_from_the_map_is_proved_before_the_operators_eyes, a_tripped_feeder_is_one_line_without_a_reload, a_phone_shows_each_screen_without_sideways_scroll,
         axe_finds_nothing]

if __name__ == "__main__":
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for test in TESTS:
            try:
                told = test(browser)
                print(f"{'ok     ' if told is None else told} {test.__name__}", flush=True)
            except Exception as problem:  # each test is told, the others still run
                failed += 1
                print(f"FAILED  {test.__name__}: {str(problem)[:3000]}", flush=True)
                if not isinstance(problem, AssertionError):
                    traceback.print_exc(limit=2)
        browser.close()
    sys.exit(1 if failed else 0)
