# SPDX-License-Identifier: EUPL-1.2
"""The desk of the crews in a real browser: a job asked for by hand, a day proposed and accepted, moved with the keyboard; without script too."""
import re

from room import ADDRESS, go, picture, wait_live


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


def a_day_is_proposed_accepted_and_moved_without_script(room):
    page = room.visit(java_script_enabled=False)
    for i in range(4):
        make(page, f"Trottoir {i}", f"47.32{i}0, 5.0{i}05")
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
    stops = page.locator("ol.stops li")
    assert stops.count() >= 4, page.content()
    first = stops.first.get_attribute("id")
    stops.first.locator("button[value=later]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("ol.stops li").first.get_attribute("id") != first, page.content()
    picture(page, "day")
    page.context.close()
