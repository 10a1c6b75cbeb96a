# SPDX-License-Identifier: EUPL-1.2
"""The desk of reports in a real browser: a report made by hand arrives on another screen by itself, and goes through its life; so it does without script."""
from room import ADDRESS, go, until, wait_live


def make(page, description, street):
    """A report made by hand, by the form; gives its reference."""
    go(page, "reports/new")
    page.select_option("select[name=category]", "tag")
    page.click("main form button")
    page.fill("input[name=address]", street)
    page.fill("textarea[name=description]", description)
    page.click("main form button")
    page.wait_for_url("**/console/reports/*-*")
    return page.url.rsplit("/", 1)[1]


def act(page, sort, **fields):
    """Opens an act on the sheet, fills it in and sends it."""
    form = page.locator(f"details.act:has(input[name=act][value={sort}])")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for field, value in fields.items():
        form.locator(f"[name={sort}-{field}]").fill(value)
    form.locator("form button").click()
    page.wait_for_load_state("load")


def a_report_made_by_hand_arrives_on_another_screen_by_itself(room):
    desk = room.visit()
    go(desk, "reports")
    wait_live(desk)
    page = room.visit()
    reference = make(page, "un tag rouge sur l'école", "5 rue du Bourg")
    desk.wait_for_selector(f"a[href='/console/reports/{reference}']")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/console/reports/*-*")
    act(page, "assign", text="équipe 2")
    act(page, "start")
    act(page, "finish", name="Luc Martin")
    assert page.locator("#history li").count() >= 4, page.content()
    assert not page.errors and not desk.errors, page.errors + desk.errors
    for one in [page, desk]:
        one.context.close()


def the_desk_of_reports_goes_without_script(room):
    page = room.visit(java_script_enabled=False)
    reference = make(page, "une affiche", "7 rue du Bourg")
    act(page, "reject", text="propriété privée")
    go(page, "reports?show=all&q=AFFICHE")
    until(lambda: page.locator(f"a[href='/console/reports/{reference}']").count() == 1)
    page.goto(f"{ADDRESS}/console/reports?show=rejected")
    assert page.locator(f"a[href='/console/reports/{reference}']").count() == 1
    page.context.close()
