# SPDX-License-Identifier: EUPL-1.2
"""The citizens' app in a real browser: without scripts, by keyboard, by axe, at 400 %, offline and sent later without doubling."""
import math
import re
import secrets

from reports import act, make
from room import ADDRESS, PHONE, PICTURES, ZOOMED, ask, go, lose_network, picture, until, violations


def a_place(page):
    """An address of the demonstration's city, as a citizen would type it, and where it is."""
    return ask(page, "/api/addresses?near=5.0400,47.3220&limit=1")["addresses"][0]


def citizen(room, **options):
    options.setdefault("viewport", PHONE)
    return room.visit(signed_in=False, **options)


def open_app(page, path="/app"):
    answer = page.goto(f"{ADDRESS}{path}")
    assert answer.status == 200, f"{path}: {answer.status}"


def choose(page, index=0):
    """A category without a question that must be answered."""
    radios = page.locator("input[name=category]")
    for i in range(radios.count()):
        one = radios.nth(i)
        if one.evaluate("(input) => !input.parentElement.querySelector('.field-required, .questions') && !input.dataset.asset"):
            if index == 0:
                one.evaluate("(input) => { const branch = input.closest('details'); if (branch) branch.open = true; }")
                one.check()
                return one.get_attribute("value")
            index -= 1
    raise AssertionError("no category without a question")


def looked_at(page, name, whole=False):
    """What axe finds on a page in the light and in the dark, and what is too wide for a phone or at 400 %."""
    found = []
    for scheme in ["light", "dark"]:
        page.emulate_media(color_scheme=scheme)
        for view in (PHONE, ZOOMED):
            page.set_viewport_size(view)
            width = page.evaluate("() => document.documentElement.scrollWidth")
            if width > view["width"]:
                found.append(f"{name} at {view['width']} is {width} wide")
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{scheme}-{view['width']}.png", full_page=whole)
        page.set_viewport_size(PHONE)
        found += violations(page, f"{scheme} {name}")
    page.emulate_media(color_scheme="light")
    return found


def a_report_goes_without_any_script(room):
    page = citizen(room, java_script_enabled=False)
    open_app(page)
    page.fill("#field-address", a_place(page)["label"])
    summary = page.locator("details.branch summary").first
    if summary.count() and not page.locator("input[name=category]").first.is_visible():
        summary.click()
    page.locator("input[name=category]:visible").first.check()
    for field in page.locator(".questions select:visible").all():
        field.select_option(index=1)
    page.click(".send button")
    page.wait_for_url(re.compile("/app/follow/[0-9a-f]{40}"))
    assert re.search(r"\d+-[A-Z]", page.inner_text(".reference"))
    picture(page, "app-without-script")
    page.context.close()


def a_report_goes_with_the_position_and_is_remembered(room):
    page = citizen(room, geolocation={"longitude": 5.04, "latitude": 47.322}, permissions=["geolocation"])
    open_app(page)
    picture(page, "app-empty")
    page.click(".locate")
    page.wait_for_function("() => document.querySelector('input[name=lon]').value !== ''")
    assert page.input_value("#field-address") != ""
    choose(page)
    page.fill("#field-description", "Essai depuis un navigateur")
    page.set_input_files("#field-photo", {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    page.wait_for_selector(".photo-shown img")
    page.click(".send button")
    page.wait_for_url(re.compile("/app/follow/"))
    reference = page.inner_text(".reference strong")
    assert "1 photo(s) reçue(s)" in page.inner_text("main")
    picture(page, "app-sent")
    open_app(page, "/app/mine")
    page.wait_for_selector(f"my-requests a >> nth=0")
    assert reference in page.inner_text("my-requests")
    open_app(page, "/app")
    assert not page.errors, page.errors
    page.context.close()


def an_address_is_completed_by_keyboard(room):
    page = citizen(room)
    open_app(page)
    place = a_place(page)
    page.focus("#field-address")
    page.keyboard.type(place["label"].replace(",", "")[:-2].lower())
    page.wait_for_selector("#found-addresses li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#field-address") == place["label"]
    assert abs(float(page.input_value("input[name=lon]")) - place["longitude"]) < 1e-5
    page.context.close()


def a_category_is_found_by_a_word(room):
    page = citizen(room)
    open_app(page)
    name = page.locator("category-choice label[for^=category-]").last.inner_text() or page.locator("category-choice label[for^=category-]").last.text_content()
    word = max(re.findall(r"[a-zà-ÿ]+", name.lower()), key=len)
    page.fill("#field-category-search", word[:5])
    page.wait_for_function("(text) => [...document.querySelectorAll('category-choice li:not([hidden]) label')].some((one) => one.textContent.trim() === text)", arg=name.strip())
    assert page.locator("category-choice li[hidden]").count() > 0
    page.context.close()


def a_category_is_proposed_by_the_words(room):
    page = citizen(room)
    open_app(page)
    label = page.locator("category-choice label[for^=category-]").first
    name = re.split(r"\n", label.text_content().strip())[0]
    page.fill("#field-description", f"il y a {name.lower()} devant chez moi")
    page.wait_for_selector(".guesses button")
    assert 1 <= page.locator(".guesses button").count() <= 3
    page.locator("#step-category").scroll_into_view_if_needed()
    picture(page, "app-guesses")
    page.locator(".guesses button").first.click()
    page.wait_for_function("() => document.querySelector('input[name=category]:checked')?.offsetParent")
    page.wait_for_selector(".guesses button", state="detached")
    assert page.evaluate("() => document.activeElement.name") == "category"
    assert not page.errors, page.errors
    page.context.close()


def what_is_missing_is_said_and_nothing_is_sent(room):
    page = citizen(room)
    open_app(page)
    page.click(".send button")
    page.wait_for_selector("#errors-here")
    assert page.evaluate("() => document.activeElement.id") == "errors-here"
    assert page.locator("#errors-here li").count() == 2
    picture(page, "app-errors")
    page.context.close()


def a_report_made_offline_is_sent_once(room):
    page = citizen(room)
    page.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    # The first answer is lost on its way back: the report is kept by the city, the device does not know.
    page.add_init_script("""
        const real = window.fetch;
        window.fetch = async (input, init) => {
            const answer = await real(input, init);
            if (init?.method === 'POST' && !window.lost) { window.lost = await answer.clone().json(); throw new TypeError('lost'); }
            return answer;
        };""")
    open_app(page)
    place = a_place(page)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    lose_network(page, "/app")
    page.goto(f"{ADDRESS}/app")
    page.wait_for_selector("html[data-script]")
    page.evaluate(
        """([label, lon, lat]) => { document.querySelector('#field-address').value = label;
            document.querySelector('input[name=lon]').value = lon; document.querySelector('input[name=lat]').value = lat; }""",
        [place["label"], str(place["longitude"]), str(place["latitude"])])
    choose(page)
    page.click(".send button")
    page.wait_for_selector("[data-waiting]")
    picture(page, "app-offline")
    page.context.set_offline(False)
    page.wait_for_function("() => window.lost")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_selector("report-queue .banner-success")
    told = page.evaluate("() => window.lost.reference")
    assert told in page.inner_text("report-queue"), "the second sending made another report"
    assert page.locator("[data-waiting]").count() == 0
    picture(page, "app-sent-later")
    page.context.close()


def a_report_made_offline_is_sent_with_no_page_open_and_once(room):
    """The browser wakes the worker when the network is back (Background Sync); here the test does, as the browser would."""
    page = citizen(room)
    # What the page asks the browser for is noted instead: the test decides when the network is back.
    page.add_init_script(
        """Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync',
            { get: () => ({ register: async (tag) => { localStorage.setItem('asked', tag); } }) });""")
    open_app(page)
    place = a_place(page)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    lose_network(page, "/app")
    page.goto(f"{ADDRESS}/app")
    page.wait_for_selector("html[data-script]")
    word = "banc" + secrets.token_hex(4)
    page.fill("#field-description", f"Un {word} cassé")
    page.evaluate(
        """([label, lon, lat]) => { document.querySelector('#field-address').value = label;
            document.querySelector('input[name=lon]').value = lon; document.querySelector('input[name=lat]').value = lat; }""",
        [place["label"], str(place["longitude"]), str(place["latitude"])])
    choose(page)
    page.click(".send button")
    page.wait_for_selector("[data-waiting]")
    page.wait_for_function("() => localStorage.getItem('asked') === 'vigie-reports'")
    assert "dès que le réseau revient." in page.inner_text("report-queue")
    picture(page, "app-offline-sync")
    # Nobody looks at the app any more.
    page.goto("about:blank")
    page.context.set_offline(False)
    session = page.context.new_cdp_session(page)
    known = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    until(lambda: page.evaluate("() => 0") == 0 and [one for one in known if one["scopeURL"].startswith(ADDRESS) and not one["isDeleted"]])
    mine = [one for one in known if one["scopeURL"].startswith(ADDRESS) and not one["isDeleted"]][-1]

    def wake():
        session.send("ServiceWorker.dispatchSyncEvent", {
            "origin": ADDRESS, "registrationId": mine["registrationId"], "tag": "vigie-reports", "lastChance": False})

    desk = room.visit()

    def arrived():
        go(desk, f"reports?show=all&q={word}")
        return set(re.findall(r'href="/console/reports/(\d+-[A-Z])"', desk.content()))

    assert not arrived()
    wake()
    until(lambda: len(arrived()) == 1)
    reference = arrived().pop()
    # Woken again, and opened: it is told, remembered, and not sent twice.
    wake()
    open_app(page)
    page.wait_for_selector("report-queue .banner-success")
    assert reference in page.inner_text("report-queue") and page.locator("[data-waiting]").count() == 0
    picture(page, "app-sent-by-the-worker")
    open_app(page, "/app/mine")
    page.wait_for_selector("my-requests a >> nth=0")
    assert reference in page.inner_text("my-requests")
    open_app(page)
    page.wait_for_selector("report-form")
    assert page.locator("report-queue .banner-success").count() == 0 and arrived() == {reference}
    desk.context.close()
    page.context.close()


def whoever_writes_is_told_what_will_not_be_published(room):
    page = citizen(room)
    open_app(page)
    page.fill("#field-description", "Un trou devant chez moi, 06 12 34 56 78")
    page.wait_for_selector(".hint-personal:not(:empty)")
    assert page.inner_text(".hint-personal") == "Un numéro de téléphone se voit ici : cela ne sera pas publié."
    found = looked_at(page, "app-hint", whole=True)
    page.fill("#field-description", "Un trou devant chez moi")
    page.wait_for_function("() => document.querySelector('.hint-personal').textContent === ''")
    assert not page.errors, page.errors
    page.context.close()
    assert not found, "\n".join(found)


def what_tells_of_persons_is_marked_and_masked_by_one_act(room):
    page = room.visit()
    word = "tag" + secrets.token_hex(4)
    reference = make(page, f"un {word}, voir Mme Roy au 06 12 34 56 78", "9 rue du Bourg")
    assert page.locator("mark.personal").count() >= 2
    page.locator("details.act:has(input[value=release]) summary").click()
    found = violations(page, "release")
    page.locator("details.act:has(input[value=release])").scroll_into_view_if_needed()
    picture(page, "release-light")
    page.emulate_media(color_scheme="dark")
    found += violations(page, "release, dark")
    picture(page, "release-dark")
    page.set_viewport_size(PHONE)
    picture(page, "release-phone")
    page.locator("details.act:has(input[value=release]) input[type=checkbox]").first.check()
    page.locator("details.act:has(input[value=release]) form button").click()
    page.wait_for_selector("text=Publié ainsi")
    reader = citizen(room)
    open_app(reader, f"/app/reports/{reference}")
    told = reader.inner_text("main")
    assert "Mme Roy" in told and "[téléphone masqué]" in told and "06 12" not in told, told
    reader.context.close()
    page.context.close()
    assert not found, "\n".join(found)


def every_state_of_a_request_is_read_by_everybody(room):
    """New, planned, answered, done with a proof, contested, reopened: in the light, in the dark, on a phone and at 400 %."""
    page = citizen(room)
    open_app(page)
    page.fill("#field-description", "Un essai d'étapes")
    link = send_one(page)
    found = looked_at(page, "follow-sent", whole=True)
    page.goto(f"{ADDRESS}{link.split('?')[0]}")
    reference = re.search(r"\d+-[A-Z]", page.inner_text("h1"))[0]
    desk = room.visit()

    def step(name):
        page.goto(f"{ADDRESS}{link.split('?')[0]}")
        found.extend(looked_at(page, f"follow-{name}", whole=True))

    step("new")
    go(desk, f"reports/{reference}")
    act(desk, "assign", text="équipe 2")
    step("planned")
    act(desk, "answer", text="Bonjour, une équipe passe cette semaine.")
    step("answered")
    act(desk, "start")
    step("started")
    desk.locator("summary:has-text('Ajouter une photo')").click()
    desk.set_input_files("input[name=photo]", {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    desk.locator("form:has(input[name=photo]) button").click()
    desk.locator("ul.photos form button").first.click()
    desk.wait_for_selector("ul.photos >> text=publique")
    finish = desk.locator("details.act:has(input[name=act][value=finish])")
    if finish.get_attribute("open") is None:
        finish.locator("summary").click()
    finish.locator("[name=finish-proof]").select_option("photos")
    finish.locator("[name=finish-text]").fill("Le banc est remplacé.")
    finish.locator("form button").click()
    desk.wait_for_load_state("load")
    step("done")
    assert "Est-ce réglé pour vous ?" in page.inner_text("main") and page.locator("main img").count() == 1
    page.locator("form[action$='/contest'] textarea").fill("Le banc boite toujours.")
    page.click("form[action$='/contest'] button")
    page.wait_for_selector(".banner-success")
    found += looked_at(page, "follow-contested", whole=True)
    go(desk, f"reports/{reference}")
    act(desk, "reopen", text="Nous repassons demain.")
    step("reopened")
    # What everybody sees of it, and the way there.
    page.goto(f"{ADDRESS}/app/reports/{reference}")
    found += looked_at(page, "public", whole=True)
    go(desk, f"reports/{reference}")
    act(desk, "reject", text="Le banc n'est pas à la ville.")
    step("rejected")
    for path in ["/app/transports", "/app/transports?near=5.0400,47.3220", "/app/compte"]:
        page.goto(f"{ADDRESS}{path}")
        found += looked_at(page, path[5:].split("?")[0] + ("-near" if "?" in path else ""), whole=True)
    assert not page.errors and not desk.errors, page.errors + desk.errors
    desk.context.close()
    page.context.close()
    assert not found, "\n".join(found)


def other_bodies_are_set_up_by_everybody(room):
    """This Vigie as its own partner: what its server says, and a list of categories to match."""
    page = room.visit()
    go(page, "partners")
    found = looked_at(page, "partners-list")
    page.locator("main table a").first.click()
    page.wait_for_selector("#field-url")
    found += looked_at(page, "partners-empty")
    page.fill("#field-url", f"{ADDRESS}/open311/v2")
    page.click("form:has(#field-url) .button-primary")
    page.wait_for_selector("select[name^=map-]")
    found += looked_at(page, "partners-full", whole=True)
    page.locator("form[action$='/remove'] button").click()
    page.wait_for_load_state("load")
    assert not page.errors, page.errors
    page.context.close()
    assert not found, "\n".join(found)


def what_is_known_is_told_before_sending(room):
    page = citizen(room)
    open_app(page)
    at_a_place(page)
    choose(page)
    page.click(".send button")
    page.wait_for_url(re.compile("/app/follow/"))
    open_app(page)
    at_a_place(page)
    choose(page)
    page.wait_for_selector(".known a")
    page.locator(".known").scroll_into_view_if_needed()
    picture(page, "app-known")
    page.context.close()


def a_lamp_is_picked_on_the_map_and_the_place_is_moved_on_it(room):
    page = citizen(room)
    open_app(page)
    at_a_place(page)
    page.evaluate(
        "() => { const one = document.querySelector('input[name=category][data-asset=lamp]');"
        " const branch = one.closest('details'); if (branch) branch.open = true; one.click(); }"
    )
    page.wait_for_selector(".lamps input")
    assert page.evaluate("() => performance.getEntriesByType('resource').filter((one) => one.name.includes('maplibre')).length") == 0
    page.click(".place-map button")
    page.wait_for_selector(".place-map[data-drawn]")
    page.wait_for_timeout(500)
    # A lamp is tapped where it stands: the same line of the list is chosen, and the place stays.
    before = page.input_value("input[name=lon]")
    lon, lat = float(before), float(page.input_value("input[name=lat]"))
    box = page.locator(".place-map canvas").bounding_box()

    def pixel(longitude, latitude):
        """Where a place stands on the map, whose middle is the report's, at zoom 17.5 of tiles of 512 points."""
        world = 512 * 2 ** 17.5
        y = [math.asinh(math.tan(math.radians(one))) / (2 * math.pi) for one in (latitude, lat)]
        return box["width"] / 2 + (longitude - lon) / 360 * world, box["height"] / 2 - (y[0] - y[1]) * world

    near = ask(page, f"/api/app/assets?kind=lamp&near={lon},{lat}")["assets"]
    points = [pixel(one["longitude"], one["latitude"]) for one in near]
    seen = [i for i, (x, y) in enumerate(points) if 15 < x < box["width"] - 60 and 15 < y < box["height"] - 15
            and all(math.dist((x, y), other) > 30 for j, other in enumerate(points) if j != i)]
    assert seen, (points, box)
    page.locator(".place-map canvas").click(position={"x": points[seen[0]][0], "y": points[seen[0]][1]})
    page.wait_for_function("(id) => document.querySelector(id).checked", arg=f"#lamp-{seen[0] + 1}")
    page.wait_for_function("(number) => document.querySelector('input[name=asset]').value === number", arg=str(near[seen[0]]["number"]))
    assert page.input_value("input[name=lon]") == before
    picture(page, "app-lamp-tapped")
    # The map reaches below a phone's screen: it is brought into sight before the tap.
    page.locator(".place-map canvas").click(position={"x": 12, "y": 200})
    page.wait_for_function("(before) => document.querySelector('input[name=lon]').value !== before", arg=before)
    picture(page, "app-place-map")
    page.context.close()


def axe_finds_nothing_in_the_app(room):
    found = []
    for scheme in ["light", "dark"]:
        page = citizen(room, color_scheme=scheme)
        open_app(page)
        link = send_one(page)
        for path in ["/app", "/app/around", "/app/around?near=5.0400,47.3220", "/app/mine", link]:
            page.goto(f"{ADDRESS}{path}")
            if path == "/app":
                page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
            picture(page, f"app-{scheme}{path.split('?')[0][:12].replace('/', '-')}")
            found += violations(page, f"{scheme} {path}")
        page.context.close()
    assert not found, "\n".join(found)


def at_a_place(page):
    """Chooses an address of the city by keyboard, as the form proposes it."""
    page.fill("#field-address", a_place(page)["label"])
    page.wait_for_selector("#found-addresses li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def send_one(page):
    page.fill("#field-address", a_place(page)["label"])
    choose(page)
    page.click(".send button")
    page.wait_for_url(re.compile("/app/follow/"))
    return page.url[len(ADDRESS):]


def nothing_is_cut_off_at_four_hundred_per_cent(room):
    page = citizen(room, viewport={"width": 320, "height": 640})
    for path in ["/app", "/app/around", "/app/mine"]:
        open_app(page, path)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 320, f"{path} is {wide} wide"
    page.context.close()


TESTS = [
    a_report_goes_without_any_script, a_report_goes_with_the_position_and_is_remembered, an_address_is_completed_by_keyboard,
    a_category_is_found_by_a_word, a_category_is_proposed_by_the_words, a_lamp_is_picked_on_the_map_and_the_place_is_moved_on_it,
    what_is_missing_is_said_and_nothing_is_sent, a_report_made_offline_is_sent_once,
    a_report_made_offline_is_sent_with_no_page_open_and_once, whoever_writes_is_told_what_will_not_be_published,
    what_tells_of_persons_is_marked_and_masked_by_one_act, every_state_of_a_request_is_read_by_everybody, other_bodies_are_set_up_by_everybody,
    what_is_known_is_told_before_sending,
    axe_finds_nothing_in_the_app, nothing_is_cut_off_at_four_hundred_per_cent,
]
