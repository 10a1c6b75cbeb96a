# SPDX-License-Identifier: EUPL-1.2
"""The call desk in a real browser: one call from the first ring to its closing with the keyboard only, and without script."""
import json
import re

from room import ADDRESS, ask, go, until, wait_live


def exchange(page, *events):
    """What a telephone exchange would post, in the name of whoever is signed in."""
    token = page.evaluate("() => document.querySelector('meta[name=csrf-token]').content")
    answer = page.request.post(f"{ADDRESS}/api/calls", data=json.dumps(list(events)),
                               headers={"Content-Type": "application/json", "X-CSRF-Token": token, "Origin": ADDRESS})
    assert answer.ok, answer.text()
    return [one["number"] for one in answer.json()["calls"]]


def desk(page):
    page.goto(f"{ADDRESS}/allo")
    page.wait_for_selector("html.has-script")


def typed(page, text):
    page.keyboard.type(text, delay=5)


def a_call_goes_from_ringing_to_closed_by_the_keyboard_alone(room):
    page = room.visit()
    desk(page)
    wait_live(page)
    address = ask(page, "/api/addresses?q=12 rue&limit=1")["addresses"][0]["label"]
    number = exchange(page, {"call": "browser-1", "event": "ringing", "from": "0353010101", "line": "3900"})[0]
    page.wait_for_selector(f"#call-{number}")
    page.keyboard.press("t")
    page.wait_for_url(f"**/allo/calls/{number}")
    page.wait_for_selector("html.has-script")
    page.wait_for_function("() => document.activeElement.name === 'address'")
    typed(page, address)
    page.wait_for_selector("#found-addresses:not([hidden]) li")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('input[name=lon]').value !== ''")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    typed(page, "un nid de poule devant la boulangerie")
    page.wait_for_selector("#call-help button[name=guess]")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_selector("#call-script .call-script")
    assert page.locator("select[name=category]").input_value() == "nid-de-poule"
    assert page.locator("#call-around .empty, #call-around li").count() > 0
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#outcomes .spelled")
    assert re.search(r"[\d ]+ [A-Z]", page.locator("#outcomes .spelled").inner_text())
    assert "comme" in page.locator("#outcomes").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.wait_for_selector("#act-close")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_url("**/allo")
    # The second caller at the same place is joined to the first request, and the first is no longer asked for.
    page.keyboard.press("n")
    page.wait_for_url("**/allo/calls/*")
    page.wait_for_function("() => document.activeElement.name === 'address'")
    typed(page, address)
    page.wait_for_selector("#found-addresses:not([hidden]) li")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('input[name=lon]').value !== ''")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    typed(page, "il y a un nid de poule devant la boulangerie")
    page.wait_for_selector("#call-help .call-known")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_selector("#outcomes .spelled")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.help-dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.help-dialog[open]", state="hidden")
    page.keyboard.press("r")
    page.wait_for_selector("#act-close")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_url("**/allo")
    assert not page.errors, page.errors
    page.context.close()


def a_call_that_the_exchange_gives_opens_by_itself(room):
    page = room.visit()
    desk(page)
    wait_live(page)
    login = page.locator(".who-menu p").first.text_content().split(":")[1].strip()
    number = exchange(page, {"call": "browser-2", "event": "ringing"}, {"call": "browser-2", "event": "answered", "agent": login})[0]
    page.wait_for_url(f"**/allo/calls/{number}")
    exchange(page, {"call": "browser-2", "event": "ended"})
    page.wait_for_selector("#call-head #act-close")
    page.click("#act-close")
    page.wait_for_url("**/allo")
    assert not page.errors, page.errors
    page.context.close()


def the_call_desk_goes_without_script(room):
    page = room.visit(java_script_enabled=False)
    page.goto(f"{ADDRESS}/allo")
    page.click("form[action='/allo/calls'] button")
    page.wait_for_url("**/allo/calls/*")
    path = page.url
    address = ask(page, "/api/addresses?q=14 rue&limit=1")["addresses"][0]["label"]
    page.fill("input[name=address]", address.split(",")[0])
    page.fill("textarea[name=description]", "un tag sur le mur")
    page.click("call-form button.without-script")
    page.wait_for_url(path)
    if page.locator("button[name=pick]").count():
        page.click("button[name=pick]")
        page.wait_for_url(path)
    page.click("button[name=guess] >> nth=0")
    page.wait_for_url(path)
    assert page.locator("textarea[name=description]").input_value() == "un tag sur le mur"
    page.click("#make-report")
    page.wait_for_url("**#outcomes")
    assert page.locator("#outcomes .spelled").count() == 1
    page.context.close()
