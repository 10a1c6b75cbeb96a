# SPDX-License-Identifier: EUPL-1.2
"""A crew's tablet in a real browser: paired by a code, worked offline with a photo, reloaded offline, merged once; without scripts; by axe."""
import re

from room import ADDRESS, PHONE, go, lose_network, picture, until, violations

CREW = "proprete-2"


def new_job(desk, title):
    """Asks for a job of the cleaning crew, plans it for now and gives its number."""
    go(desk, "jobs/new")
    desk.select_option("#field-department", "proprete")
    desk.fill("#field-title", title)
    desk.fill("#field-address", "12 rue des Forges")
    desk.fill("#field-place", "47.3220, 5.0405")
    desk.fill("#field-details", "Graffiti sur le mur nord, accès par la cour.")
    desk.click("main form .button-primary")
    desk.wait_for_url(re.compile(r"/console/jobs/\d+$"))
    number = int(desk.url.rsplit("/", 1)[1])
    desk.locator("details.act", has=desk.locator("[name=plan-crew]")).locator("summary").click()
    desk.select_option("[name=plan-crew]", CREW)
    today = desk.evaluate("() => new Date(Number(document.documentElement.dataset.now)).toISOString().slice(0, 10)")
    desk.fill("[name=plan-day]", today)
    desk.fill("[name=plan-time]", "08:00")
    desk.locator("form", has=desk.locator("[name=plan-crew]")).locator(".button-primary").click()
    desk.wait_for_selector("#history >> text=Planifiée")
    return number


def code(desk):
    go(desk, "jobs/tablets")
    desk.select_option("#field-crew", CREW)
    desk.fill("#field-label", "laveuse 2")
    desk.click("main form .button-primary")
    return desk.inner_text(".pairing-code")


def pair(room, desk, **options):
    options.setdefault("viewport", PHONE)
    page = room.visit(signed_in=False, **options)
    page.goto(f"{ADDRESS}/terrain")
    picture(page, "terrain-pair")
    page.fill("#field-code", code(desk))
    page.click("main form .button-primary")
    page.wait_for_selector("#day")
    return page


def act(page, what, **fields):
    """Does an act as a finger would: opens its form where it is folded, fills it in, sends it."""
    folded = page.locator("details.crew-act", has=page.locator(f"form[data-act={what}]"))
    if folded.count():
        folded.locator("summary").click()
    form = page.locator(f"form[data-act={what}]").first
    for field, value in fields.items():
        if field == "photo":
            form.locator("input[type=file]").set_input_files(value)
        else:
            form.locator(f"[name={field}]").first.fill(value)
    form.locator("button.button").last.click()


def waits(page, count):
    page.wait_for_selector(f"terrain-queue[data-waiting='{count}']")


def a_shift_without_a_network_is_in_the_room_once(room):
    desk = room.visit()
    number = new_job(desk, "Nettoyer un graffiti")
    page = pair(room, desk)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    picture(page, "terrain-day")
    lose_network(page, "/terrain", f"/terrain/jobs/{number}")
    page.goto(f"{ADDRESS}/terrain")
    page.wait_for_selector("terrain-queue[data-state=away]")
    page.click(f"a[href='/terrain/jobs/{number}']")
    page.wait_for_selector(f"terrain-job[data-job='{number}'][data-now]")
    page.wait_for_selector("terrain-queue[data-state=away]")
    act(page, "start")
    waits(page, 1)
    act(page, "note", text="Produit posé, on attend")
    waits(page, 2)
    act(page, "photo", photo={"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    waits(page, 3)
    page.reload()
    waits(page, 3)
    assert "En cours" in page.inner_text(".crew-pending"), "what was done stands there after a reload without a network"
    act(page, "parts", name="gel", count="2")
    waits(page, 4)
    picture(page, "terrain-offline")
    act(page, "finish", name="A. B.", text="Mur nettoyé")
    waits(page, 5)
    page.context.set_offline(False)
    waits(page, 0)
    page.wait_for_selector("#job-state >> text=Faite")
    go(desk, f"jobs/{number}")
    history = desk.inner_text("#history")
    for words in ["Commencée", "Produit posé, on attend", "Pièces", "Mur nettoyé", "A. B."]:
        assert history.count(words) == 1, f"{words}: {history.count(words)} times in {history}"
    assert desk.locator("#photos img").count() == 1
    assert "Faite" in desk.inner_text("main")
    picture(desk, "terrain-room")
    errors = [one for one in page.errors if "ERR_INTERNET_DISCONNECTED" not in one and "Failed to fetch" not in one]
    assert not errors, errors
    page.context.close()
    desk.context.close()


def a_job_that_never_was_on_the_tablet_is_told_so(room):
    desk = room.visit()
    page = pair(room, desk)
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    lose_network(page, "/terrain")
    number = new_job(desk, "Ramasser des pneus")
    page.goto(f"{ADDRESS}/terrain/jobs/{number}")
    page.wait_for_selector(f"terrain-queue >> text=L'intervention {number} n'est pas encore sur cette tablette")
    picture(page, "terrain-missing")
    page.context.set_offline(False)
    page.wait_for_selector(f"terrain-job[data-job='{number}'][data-now]")
    page.context.close()
    desk.context.close()


def what_came_too_late_is_decided_by_the_room(room):
    desk = room.visit()
    number = new_job(desk, "Laver la place")
    page = pair(room, desk)
    page.goto(f"{ADDRESS}/terrain/jobs/{number}")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    lose_network(page, "/terrain", f"/terrain/jobs/{number}")
    act(page, "start")
    waits(page, 1)
    desk.goto(f"{ADDRESS}/console/jobs/{number}")
    desk.locator("details.act", has=desk.locator("[name=cancel-text]")).locator("summary").click()
    desk.fill("[name=cancel-text]", "déjà fait")
    desk.locator("form", has=desk.locator("[name=cancel-text]")).locator("button").click()
    desk.wait_for_selector("#history >> text=Annulée")
    page.context.set_offline(False)
    waits(page, 0)
    page.wait_for_selector("text=La salle décide.")
    picture(page, "terrain-late")
    go(desk, f"jobs/{number}")
    assert "déjà fait" in desk.inner_text("#late"), "the room sees what the crew did not know"
    picture(desk, "terrain-decide")
    desk.click("#late button[value=apply]")
    until(lambda: go(desk, f"jobs/{number}") or "En cours" in desk.inner_text(".facts"))
    page.reload()
    page.wait_for_selector("text=la salle l'a décidé")
    page.context.close()
    desk.context.close()


def a_tablet_works_without_any_script(room):
    desk = room.visit()
    number = new_job(desk, "Vider une corbeille")
    page = pair(room, desk, java_script_enabled=False)
    page.goto(f"{ADDRESS}/terrain/jobs/{number}")
    act(page, "start")
    page.wait_for_selector("#job-state >> text=En cours")
    act(page, "photo", photo={"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    page.wait_for_selector("#job-after img")
    picture(page, "terrain-without-script")
    page.context.close()
    desk.context.close()


def axe_finds_nothing_on_a_tablet(room):
    desk = room.visit()
    number = new_job(desk, "Ramasser un dépôt")
    found = []
    for scheme in ["light", "dark"]:
        for size, name in [(PHONE, "phone"), ({"width": 1024, "height": 768}, "tablet")]:
            page = pair(room, desk, viewport=size, color_scheme=scheme)
            for path in ["/terrain", f"/terrain/jobs/{number}"]:
                page.goto(f"{ADDRESS}{path}")
                page.wait_for_selector("terrain-queue[data-state=sent]")
                for folded in page.locator("details.crew-act:not([hidden])").all():
                    folded.evaluate("(one) => { one.open = true; }")
                picture(page, f"terrain-{name}-{scheme}{path.replace('/', '-')[8:]}")
                small = page.evaluate("() => [...document.querySelectorAll('main .button')].filter((one) => one.offsetHeight > 0 && one.offsetHeight < 56).map((one) => one.textContent)")
                assert not small, f"too small for gloves: {small}"
                found += violations(page, f"{scheme} {path}")
            page.context.close()
    go(desk, "jobs/tablets")
    found += violations(desk, "tablets")
    picture(desk, "terrain-tablets")
    assert not found, "\n".join(found)
    desk.context.close()


TESTS = [a_shift_without_a_network_is_in_the_room_once, a_job_that_never_was_on_the_tablet_is_told_so,
         what_came_too_late_is_decided_by_the_room, a_tablet_works_without_any_script, axe_finds_nothing_on_a_tablet]
