# SPDX-License-Identifier: EUPL-1.2
"""The desk of the crews in a real browser: a job asked for by hand, a day proposed and accepted, moved with the keyboard; without script too."""
import re

from room import ADDRESS, go, picture, violations, wait_live


def make(page, title, place="47.3220, 5.0405"):
    """A job asked for by hand, by the form; gives its number."""
    go(page, "jobs/new")
    page.select_option("select[name=department]", "voirie")
    page.fill("input[name=title]", title)
    page.fill("input[name=address]", "12 rue du Bourg")
    page.fill("input[name=place]", place)
    page.click("main form.stack button")
    page.wait_for_url(re.compile(r"/console/jobs/\d+$"))
    return page.url.rsplit("/", 1)[1]


def act(page, sort, **fields):
    form = page.locator(f"details.act:has(input[name=act][value={sort}])")
    form.locator("summary").click()
    for field, value in fields.items():
        form.locator(f"[name={sort}-{field}]").fill(value)
    form.locator("form button").click()
    page.wait_for_load_state("load")


def a_job_arrives_on_another_screen_and_goes_through_its_life(room):
    desk = room.visit()
    go(desk, "jobs")
    wait_live(desk)
    page = room.visit()
    number = make(page, "Bordure descellée")
    desk.wait_for_selector(f"a[href='/console/jobs/{number}']")
    act(page, "start")
    act(page, "time", minutes="20")
    act(page, "finish", name="Voirie 1")
    assert page.locator("#history li").count() >= 4, page.content()
    picture(page, "job")
    assert not page.errors and not desk.errors, page.errors + desk.errors
    for one in [page, desk]:
        one.context.close()


def plan_a_day(page, name):
    """Four jobs of the road crews, on the next day on which they work, proposed and accepted; the page is that day's board then."""
    for i in range(4):
        make(page, f"{name} {i}", f"47.32{i}0, 5.0{i}05")
    # The demonstration's day may be a Sunday: the next on which the road crews work.
    go(page, "jobs/day?department=voirie")
    for _ in range(7):
        if page.locator("details.crew-day").count() >= 2 and page.locator("form[action$='/propose']").count():
            page.click("form[action$='/propose'] button")
            if "/proposals/" in page.url:
                break
            page.go_back()
        page.click("text=Lendemain")
    assert "/proposals/" in page.url, page.url
    picture(page, "proposal")
    page.click("form[action$='/accept'] button")
    assert "/console/jobs/day" in page.url, page.url


def a_day_is_proposed_accepted_and_moved_without_script(room):
    page = room.visit(java_script_enabled=False)
    plan_a_day(page, "Trottoir")
    stops = page.locator("ol.stops li")
    assert stops.count() >= 4, page.content()
    first = stops.first.get_attribute("id")
    stops.first.locator("button[value=later]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("ol.stops li").first.get_attribute("id") != first, page.content()
    picture(page, "day")
    # The same as a drag: the price first, then kept, then taken back.
    stop = page.locator("ol.stops > li:has(.mover)").last
    name = stop.get_attribute("id")
    before = page.locator(f"#{name} time").first.inner_text()
    stop.locator(".mover summary").click()
    late = stop.locator("input[type=time]").input_value()
    stop.locator("input[type=time]").fill(f"{int(late[:2]):02d}:{(int(late[3:]) + 5) % 60:02d}")
    stop.locator(".mover button").click()
    assert "/proposals/" in page.url, page.content()
    page.click("text=Garder ce changement")
    assert "undo=" in page.url, page.url
    page.click("text=Remettre comme avant")
    assert page.locator(f"#{name} time").first.inner_text() == before, page.content()
    page.context.close()


def a_job_is_dragged_and_the_price_comes_first(room):
    page = room.visit()
    plan_a_day(page, "Avaloir")
    bars = page.locator("day-board rect[data-movable]")
    assert bars.count() >= 4, page.content()
    found = violations(page, "a day with jobs")
    assert not found, found
    number = bars.last.get_attribute("data-job")
    bar = page.locator(f"day-board rect[data-job='{number}']")
    start = bar.get_attribute("data-start")
    box = bar.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 160, y, steps=8)
    assert re.search(r"\d\d:\d\d", page.locator("day-board [role=status]").inner_text()), "the time under the pointer is said"
    page.mouse.up()
    page.wait_for_selector("dialog.window #proposal .lead")
    assert "min de trajet" in page.locator("dialog.window .lead").inner_text()
    picture(page, "drag-price")
    # Whoever changes nothing has changed nothing.
    page.click("dialog.window >> text=Ne rien changer")
    page.wait_for_selector("dialog.window", state="detached")
    assert bar.get_attribute("transform") is None
    page.reload()
    assert bar.get_attribute("data-start") == start
    # By keyboard: two hours earlier, the price, kept.
    bar.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.window #proposal .lead")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "undo=" in page.url, page.url
    assert bar.get_attribute("data-start") != start, page.content()
    picture(page, "dragged")
    with page.expect_navigation():
        page.click("text=Remettre comme avant")
    assert bar.get_attribute("data-start") == start, page.content()
    # Where the crew's day is over the refusal says why, and Escape gives up.
    bar.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.window p")
    said = page.locator("dialog.window p").inner_text()
    assert said.startswith("Elle n'y tient pas") and said.endswith("heures de l'équipe."), said
    picture(page, "drag-refused")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.window", state="detached")
    page.errors = [error for error in page.errors if "409" not in error]
    assert not page.errors, page.errors
    page.context.close()
