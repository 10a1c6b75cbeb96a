# SPDX-License-Identifier: EUPL-1.2
"""The citizens' app in a real browser: without scripts, by keyboard, by axe, at 400 %, offline and sent later without doubling."""
import re

from room import ADDRESS, PHONE, ask, lose_network, picture, violations


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
    before = page.input_value("input[name=lon]")
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
    what_is_missing_is_said_and_nothing_is_sent, a_report_made_offline_is_sent_once, what_is_known_is_told_before_sending,
    axe_finds_nothing_in_the_app, nothing_is_cut_off_at_four_hundred_per_cent,
]
