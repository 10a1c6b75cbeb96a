# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the screens share: the browser, a signed-in visit, the map, the simulated city."""
import base64
import os
import subprocess
import time
import traceback

from axe_playwright_python.sync_playwright import Axe

ADDRESS = os.environ["VIGIE_ADDRESS"].rstrip("/")
CHROMIUM = "/usr/bin/chromium"
# WebGL without a graphics card.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
         "--disable-dev-shm-usage"]
PICTURES = os.environ.get("BROWSER_PICTURES")
SAY = os.environ.get("VIGIE_SAY", "").split()
DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
# A desk of 1280 points at 400 % (WCAG 2.2, 1.4.10 Reflow).
ZOOMED = {"width": 320, "height": 640}
# For what must come over the stream or from the field: far more than it takes, so that only its absence fails.
PATIENCE = 60_000


class Room:
    """One browser and one sign-in, from which each test takes visits of its own."""

    def __init__(self, playwright):
        self.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = self.browser.new_context(locale="fr-FR")
        page = context.new_page()
        page.goto(f"{ADDRESS}/console/alarms")
        sign_in(page)
        self.cookies = context.cookies()
        context.close()

    def visit(self, viewport=DESK, signed_in=True, **options):
        """A page in a context of its own. A script error on it fails the test that closes it (see `close`)."""
        context = self.browser.new_context(viewport=viewport, locale="fr-FR", **options)
        context.set_default_timeout(PATIENCE)
        if signed_in:
            context.add_cookies(self.cookies)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        return page


def sign_in(page, login=None, password=None):
    page.fill("input[name=login]", login or os.environ["VIGIE_LOGIN"])
    page.fill("input[name=password]", password or os.environ["VIGIE_PASSWORD"])
    page.click("main form button")
    page.wait_for_selector("h1:not(.sign-in h1)")


def go(page, path):
    """Opens a page of the console and expects it to answer with 200."""
    answer = page.goto(f"{ADDRESS}/console/{path}")
    assert answer.status == 200, f"{path}: {answer.status}"


def lose_network(page, *kept):
    """The network goes once these addresses are kept; nothing else helps then: the browser's own cache is emptied first."""
    for address in kept:
        until(lambda: page.evaluate("async (address) => (await caches.match(address)) !== undefined", address), told=lambda: address)
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.detach()
    page.context.set_offline(True)


def ask(page, path):
    """What the API answers, as values."""
    answer = page.request.get(f"{ADDRESS}{path}")
    assert answer.ok, f"{path}: {answer.status}"
    return answer.json()


def assets(page, kind):
    return [one for one in ask(page, f"/api/assets?kind={kind}&limit=500")["assets"] if "longitude" in one]


def say(line):
    """A line of script to the simulated city. Vigie's own settings must not reach the command."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    subprocess.run([*SAY, line], check=True, stdout=subprocess.DEVNULL, env=own)


def until(holds, seconds=PATIENCE // 1000, told=None):
    """Waits for something that no page shows. `told` says what there was instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.25)
    place = traceback.extract_stack(limit=2)[0]
    raise AssertionError(f"line {place.lineno}, {place.line}: not within {seconds} s" + (f", but {told()}" if told else ""))


def mark(page):
    """Marks the document: `same` tells whether it was loaded anew since."""
    page.evaluate("() => { document.documentElement.dataset.same = 'yes'; }")


def same(page):
    return page.evaluate("() => document.documentElement.dataset.same") == "yes"


def wait_live(page):
    page.wait_for_selector("html[data-live=open]")


def open_map(page, query="", view=""):
    page.goto(f"{ADDRESS}/console/map{query}{view}")
    page.wait_for_selector("room-map[data-ready=yes]")
    page.wait_for_function("() => Number(document.querySelector('room-map').dataset.idle || 0) > 0")


def look_at(page, asset, zoom):
    """Brings the map over an asset and waits until it is drawn there."""
    page.evaluate(
        "([x, y, z]) => document.querySelector('room-map').map.jumpTo({center: [x, y], zoom: z})",
        [asset["longitude"], asset["latitude"], zoom])
    page.wait_for_function(
        "(id) => document.querySelector('room-map').drawn(undefined).some((found) => found.id === id)", arg=asset["number"])


def on_screen(page, asset):
    """Where an asset stands on the page, in pixels."""
    box = page.locator("room-map canvas").first.bounding_box()
    x, y = page.evaluate(
        "([x, y]) => { const at = document.querySelector('room-map').map.project([x, y]); return [at.x, at.y]; }",
        [asset["longitude"], asset["latitude"]])
    return box["x"] + x, box["y"] + y


def drawn_key(page, asset):
    """Kind × 32 + state by which the map draws an asset now; None where it does not."""
    return page.evaluate(
        """(id) => { const room = document.querySelector('room-map');
            const found = room.drawn(undefined).find((one) => one.id === id);
            const said = room.map.getFeatureState({source: 'live', sourceLayer: 'assets', id});
            return found ? said.k ?? found.properties.k : null; }""", asset["number"])


def pixels(page, box):
    """Every second pixel of a shot, as numbers."""
    shot = base64.b64encode(page.screenshot(clip=box)).decode()
    return page.evaluate(
        """async (shot) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + shot; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const data = pen.getImageData(0, 0, canvas.width, canvas.height).data; const all = [];
            for (let i = 0; i < data.length; i += 8) all.push(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return all; }""", shot)


def picture(page, name):
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def violations(page, where):
    """What axe finds, a line each. The rules of RGAA are those of WCAG 2.1 A and AA."""
    result = Axe().run(page)
    return [
        f"{where}: {one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in result.response["violations"]
    ]
