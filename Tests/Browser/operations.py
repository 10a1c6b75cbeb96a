# SPDX-License-Identifier: EUPL-1.2
"""What an operator does in a shift, in a real browser against the simulated city: finds, orders, acknowledges, looks back."""
import re

from room import (ADDRESS, PATIENCE, ask, assets, drawn_key, go, look_at, mark, on_screen, open_map, picture, same, say, sign_in, until, wait_live)


LIT = ("on", "dimmed")


def an_asset_is_found_by_its_identity_its_name_and_its_address(room):
    page = room.visit()
    lamp = next(one for one in assets(page, "lamp") if one["address"])
    named = next((one for kind in ["cabinet", "substation", "gateway", "lamp"] for one in assets(page, kind)
                  if one["name"] and one["name"] != one["id"]), lamp)
    for asset, text in [(lamp, lamp["id"]), (lamp, lamp["address"]), (named, named["name"] or named["id"])]:
        go(page, "assets")
        page.fill("#list-search", text)
        page.click("form[role=search] button")
        page.wait_for_url(re.compile(r"[?&]q="))
        rows = page.locator("tbody tr").all_inner_texts()
        assert rows, f"nothing found for {text}"
        assert any(asset["id"] in row for row in rows), (text, rows[:3])
    # On the map the proposals are a list for the keyboard, and the map goes there.
    open_map(page)
    page.keyboard.press("/")
    page.keyboard.type(lamp["id"])
    page.wait_for_selector(f".search-found li:has-text('{lamp['id']}')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(
        """([x, y]) => { const [zoom, latitude, longitude] = location.hash.slice(1).split('/').map(Number);
            return zoom === 17 && Math.abs(latitude - y) < 1e-4 && Math.abs(longitude - x) < 1e-4; }""",
        arg=[lamp["longitude"], lamp["latitude"]])
    assert not page.errors, page.errors
    page.context.close()


def the_city_says_how_it_is_within_two_minutes(room):
    page = room.visit()
    go(page, "map")
    wait_live(page)
    lamps = len(assets(page, "lamp"))
    # The first line of the legend is 'never heard'; some lamps of a city never speak.
    page.wait_for_function(
        "(most) => Number(document.querySelector('.legend [data-count=k0]').textContent.replace(/\\D/g, '')) <= most", arg=lamps // 20,
        timeout=2 * PATIENCE)
    page.context.close()


def an_order_from_the_map_is_proved_before_the_operators_eyes(room):
    page = room.visit()
    lamp = alone(page, [one for one in assets(page, "lamp") if one.get("state") in LIT])
    open_map(page)
    look_at(page, lamp, 18)
    page.mouse.click(*on_screen(page, lamp))
    page.wait_for_selector(f"[data-selection] h2:has-text('{lamp['id']}')")
    page.click("[data-selection] button:has-text('Donner un ordre')")
    draft(page, level=40)
    page.wait_for_function(proved("1 prouvé sur 1"))
    assert same(page), "the page was reloaded"
    assert not page.errors, page.errors
    page.context.close()


def fifty_lamps_in_a_box_are_dimmed_and_the_ledger_fills_by_itself(room):
    page = room.visit()
    lamps = [one for one in assets(page, "lamp") if one.get("state") in LIT]
    middle, near = densest(lamps, 50)
    open_map(page)
    for zoom in [16, 15, 14, 13]:
        look_at(page, middle, zoom)
        left, top, right, bottom = around([on_screen(page, one) for one in near])
        stage = page.locator("room-map canvas").first.bounding_box()
        if left > stage["x"] + 5 and top > stage["y"] + 70 and right < stage["x"] + stage["width"] - 60 and bottom < stage["y"] + stage["height"] - 70:
            break
    page.click("button[data-tool=box]")
    page.mouse.move(left - 4, top - 4)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right + 4, bottom + 4)
    page.mouse.up()
    page.wait_for_selector("[data-selection] h2:has-text('équipements')")
    chosen = int(re.sub(r"\D", "", page.inner_text("[data-selection] h2")))
    assert chosen >= 50, f"{chosen} in the box"
    picture(page, "box")
    page.click("[data-selection] button:has-text('Donner un ordre')")
    draft(page, level=50)
    ordered = int(re.search(r"prouvés? sur (\d+)", page.inner_text("main")).group(1))
    assert ordered >= 50, ordered
    # Nine in ten: some lamps of a city are always broken.
    page.wait_for_function(
        "(enough) => Number(/(\\d+) prouvés? sur/.exec(document.querySelector('.order-progress').innerText)[1]) >= enough",
        arg=ordered * 9 // 10, timeout=2 * PATIENCE)
    page.wait_for_function("() => [...document.querySelectorAll('#order-ledger tbody tr')].filter((row) => /Prouvé/.test(row.innerText)).length >= 40")
    picture(page, "ledger")
    assert same(page), "the page was reloaded"
    assert not page.errors, page.errors
    page.context.close()


def a_tripped_feeder_is_one_line_and_the_time_machine_shows_the_city_before_it(room):
    page = room.visit()
    go(page, "alarms")
    wait_live(page)
    mark(page)
    before = ask(page, "/api/alarms")["alarms"]
    assert not any(line.get("root") == "F-01" for line in before), before
    # The clock of the room, a second ago: the page was written at `now` and is `performance.now()` old.
    moment = page.evaluate("() => Math.floor((Number(document.documentElement.dataset.now) + performance.now()) / 1000 - 1) * 1000")
    states = {one["id"]: one.get("state") for one in assets(page, "lamp")}
    say("trip feeder F-01")
    line = page.locator("tbody tr.alarm", has_text="F-01")
    try:
        line.first.wait_for()
    except Exception:
        shown = page.locator("tbody tr.alarm").all_inner_texts()
        raise AssertionError(f"no line of F-01; the page shows {shown}; the room holds {ask(page, '/api/alarms')['alarms']}") from None
    # Lamps gasp, cabinets fall silent: all of it must gather in the one line.
    page.wait_for_function(
        "() => [...document.querySelectorAll('tbody tr.alarm')].some((row) => /F-01/.test(row.innerText) && Number(row.querySelector('.number').innerText.replace(/\\D/g, '')) > 50)")
    assert same(page), "the page was reloaded"
    assert line.count() == 1, line.all_inner_texts()
    below = [row for row in ask(page, "/api/alarms")["alarms"] if row.get("root") == "F-01"]
    assert len(below) == 1, below
    picture(page, "feeder")
    changed = alone(page, [one for one in assets(page, "lamp") if one["state"] in ("fault", "lost") and states[one["id"]] in LIT])
    line.locator(".alarm-title").click()
    page.click("main button:has-text('Acquitter')")
    page.wait_for_selector("main :text('Acquittée')")
    go(page, "log")
    assert "Acquittée" in page.inner_text("main")
    assert not page.errors, page.errors
    page.context.close()
    the_past_before(room, moment, changed)
    say("restore all")


def the_past_before(room, moment, changed):
    """The map, the legend, the panel and the link of a moment before the feeder tripped."""
    page = room.visit()
    open_map(page)
    look_at(page, changed, 17)
    page.mouse.click(*on_screen(page, changed))
    page.wait_for_selector(f"[data-selection] h2:has-text('{changed['id']}')")
    page.wait_for_selector("[data-selection] button:has-text('Donner un ordre')")
    now_key = drawn_key(page, changed)
    page.evaluate(
        """(at) => { const machine = document.querySelector('time-slider'); const slider = machine.querySelector('input[type=range]');
            slider.value = String(Math.round((at - Number(machine.dataset.nowMs) - performance.now()) / 1000));
            slider.dispatchEvent(new Event('input')); }""", moment)
    page.wait_for_selector(".past-banner:visible")
    page.wait_for_function("() => location.search.includes('at=')")
    page.wait_for_selector("[data-selection] :text('État à')")
    assert page.locator("[data-selection] button:has-text('Donner un ordre')").count() == 0
    was = counts(page, re.search(r"at=(\d+)", page.url).group(1))
    assert was != counts(page, None), "the past looks like the present"
    page.wait_for_function(LEGEND_SAYS, arg=was)
    page.wait_for_function(DRAWN_AS, arg=[changed["number"], was_key := the_key(page, changed, now_key)])
    picture(page, "past")
    # The link restores the view and the moment, in another browser.
    other = room.visit()
    other.goto(page.url)
    other.wait_for_selector("room-map[data-ready=yes]")
    assert other.locator(".past-banner").is_visible()
    assert other.url == page.url, (other.url, page.url)
    other.wait_for_function(DRAWN_AS, arg=[changed["number"], was_key])
    other.wait_for_function(LEGEND_SAYS, arg=was)
    other.click(".past-banner [data-now]")
    other.wait_for_selector(".past-banner", state="hidden")
    other.wait_for_function(DRAWN_AS, arg=[changed["number"], now_key])
    assert "at=" not in other.url, other.url
    assert not page.errors + other.errors, page.errors + other.errors
    other.context.close()
    page.context.close()


LEGEND_SAYS = """(said) => [...document.querySelectorAll('.legend [data-count]')].every(
    (place) => place.textContent.replace(/\\D/g, '') === said[place.dataset.count])"""
DRAWN_AS = """([id, key]) => { const found = document.querySelector('room-map').drawn(undefined).find((one) => one.id === id);
    return found && found.properties.k === key; }"""


def the_key(page, asset, other_than):
    """How the map draws an asset as soon as that is no longer the given key."""
    return page.wait_for_function(
        """([id, key]) => { const found = document.querySelector('room-map').drawn(undefined).find((one) => one.id === id);
            return found && found.properties.k !== key && found.properties.k; }""", arg=[asset["number"], other_than]).json_value()


def many_alarms_are_acknowledged_by_the_keyboard(room):
    page = room.visit()
    gateways = [one["id"] for one in assets(page, "gateway") if one.get("state") == "connected"][:2]
    assert len(gateways) == 2, "two connected gateways are needed"
    go(page, "alarms?show=new")
    wait_live(page)
    for gateway in gateways:
        say(f"cut gateway {gateway}")
    for gateway in gateways:
        page.wait_for_selector(f"tbody tr.alarm.is-new:has-text('{gateway}')")
    for _ in range(page.locator("tbody tr.alarm").count()):
        page.keyboard.press("j")
        row = page.locator("tbody tr[aria-current=true]")
        if any(gateway in row.inner_text() for gateway in gateways):
            page.keyboard.press("x")
    assert page.locator("tbody input:checked").count() == 2
    assert "2 cochées" in page.inner_text("[data-ticked]")
    with page.expect_navigation():
        page.keyboard.press("Shift+A")
    for line in ask(page, "/api/alarms")["alarms"]:
        assert line.get("root", line["asset"]) not in gateways or line["state"].startswith("acknowledged"), line
    say("restore all")
    assert not page.errors, page.errors
    page.context.close()


def all_goes_without_script(room):
    """Sign-in, a filter, a note, an order, an acknowledgement, an entry of the log, the past, the language: forms and links only."""
    page = room.visit(signed_in=False, java_script_enabled=False)
    page.goto(f"{ADDRESS}/console/assets?kind=lamp")
    sign_in(page)
    page.click("nav.filters a:has-text('Abaissé')")
    lamp = page.locator("tbody th a").first.inner_text()
    page.click("tbody th a")
    page.fill("form[action$='/notes'] input[name=text]", "Mât penché")
    page.click("form[action$='/notes'] button")
    assert "Mât penché" in page.inner_text("main")
    page.click("main a:has-text('Donner un ordre')")
    page.fill("input[name=level]", "30")
    page.fill("input[name=reason]", "Essai sans script")
    page.click("main button:has-text('Voir ce que cela ferait')")
    page.click("main button:has-text('Envoyer à')")
    assert re.search(r"/console/orders/\d+$", page.url), page.url
    assert lamp in page.inner_text("main table")
    # Not one of those of the test before: its alarm may still be coming to rest.
    gateway = [one["id"] for one in assets(page, "gateway") if one.get("state") == "connected"][-1]
    say(f"cut gateway {gateway}")
    until(lambda: any(line["state"] == "unacknowledged" for line in ask(page, "/api/alarms")["alarms"]))
    say("restore all")
    go(page, "alarms?show=new")
    title = page.locator("tbody tr.alarm .alarm-title").first.inner_text()
    page.locator("tbody tr.alarm button:has-text('Acquitter')").first.click()
    go(page, "log")
    assert "cquittée" in page.inner_text("main"), title
    page.fill("textarea[name=text]", "Ronde faite")
    page.click("form[action='/console/log'] button")
    assert "Ronde faite" in page.inner_text("main")
    go(page, "map")
    assert page.locator(".overview table tbody tr").count() > 0, "no overview by commune without script"
    field = page.locator("time-slider input[name=at]")
    page.goto(f"{ADDRESS}/console/map?at={field.get_attribute('min')}")
    page.click("time-slider button:has-text('Montrer')")
    assert page.locator(".past-banner").is_visible()
    page.click("summary.who-name")
    page.select_option("select[name=language]", "en")
    page.click(".who-menu button:has-text('Appliquer')")
    assert page.get_attribute("html", "lang") == "en"
    page.context.close()


def draft(page, level):
    """From the draft of an order to its ledger; marks the ledger's document."""
    page.fill("input[name=level]", str(level))
    page.fill("input[name=reason]", "Essai de l'écran")
    page.click("main button:has-text('Voir ce que cela ferait')")
    page.click("main button:has-text('Envoyer à')")
    page.wait_for_url(re.compile(r"/console/orders/\d+$"))
    mark(page)


def proved(words):
    return f"() => document.querySelector('.order-progress').innerText.includes('{words}')"


def alone(page, lamps):
    """The first of some lamps that has nothing within some ten metres: a click there can mean nothing else."""
    everything = [one for kind in ["lamp", "cabinet", "gateway", "feeder", "substation"] for one in assets(page, kind)]
    return next(lamp for lamp in lamps if not any(
        other is not lamp and other["id"] != lamp["id"] and abs(other["latitude"] - lamp["latitude"]) < 1e-4
        and abs(other["longitude"] - lamp["longitude"]) < 1.5e-4 for other in everything))


def densest(lamps, count):
    """The lamp with the nearest `count` lamps round it, and those."""
    def far(a, b):
        return (a["latitude"] - b["latitude"]) ** 2 + (0.68 * (a["longitude"] - b["longitude"])) ** 2
    best = min(lamps, key=lambda one: sorted(far(one, other) for other in lamps)[count])
    return best, sorted(lamps, key=lambda other: far(best, other))[:count]


def around(points):
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def counts(page, at):
    """The figures of the legend at a moment, by name."""
    answer = page.request.get(f"{ADDRESS}/api/map/counts{'' if at is None else f'?at={at}'}")
    assert answer.ok, answer.status
    return dict(line.split(" ") for line in answer.text().split("\n"))
