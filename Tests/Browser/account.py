# SPDX-License-Identifier: EUPL-1.2
"""The account of a citizen and the pages of mails in a real browser: in by the link of a mail, requests, streets, tastes, data, erasure."""
import json
import re
import secrets

from app import a_place, choose, citizen, looked_at, open_app
from letters import LETTERS, PORT
from room import ADDRESS, PHONE, picture


def a_report_with_a_mail(page, who):
    open_app(page)
    page.fill("#field-address", a_place(page)["label"])
    choose(page)
    page.fill("#field-description", "Un banc cassé, chez Mme Roy")
    page.fill("#field-email", who)
    page.set_input_files("#field-photo", {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()})
    page.wait_for_selector(".photo-shown img")
    page.click(".send button")
    page.wait_for_url(re.compile("/app/follow/"))
    return page.inner_text(".reference strong")


def an_account_is_opened_by_a_mail_used_and_erased(room):
    """One sign-in for all of it: links are sent at a pace."""
    who = f"ada-{secrets.token_hex(4)}@example.org"
    page = citizen(room)
    found = []

    def look(name, **more):
        found.extend(looked_at(page, f"account-{name}", **more))

    reference = a_report_with_a_mail(page, who)
    # The mail about the request: its link ends such mails, and lets them go on again.
    page.goto(ADDRESS + LETTERS.link(who, "/app/mail/"))
    look("mail")
    page.click("main form button")
    page.wait_for_selector(".banner-success")
    look("mail-stopped")
    page.click("main form button")
    page.wait_for_selector("main form .button-primary")
    # In, by a link that another mail has.
    open_app(page, "/app/compte")
    look("door")
    page.fill("#field-email", who)
    page.click("main form .button-primary")
    page.wait_for_url("**/app/compte?sent=1")
    look("door-sent")
    entry = LETTERS.link(who, "/app/compte/entrer/")
    page.goto(ADDRESS + entry)
    look("enter")
    page.click("main form .button-primary")
    page.wait_for_url("**/app/compte")
    assert reference in page.inner_text("main"), page.inner_text("main")
    # A street, with what is reported near it; somebody else's request; how one is told.
    page.fill("#field-address", a_place(page)["label"])
    page.click("form[action='/app/compte/rues'] button")
    page.wait_for_selector(".banner-success")
    assert a_place(page)["label"].split(",")[0] in page.inner_text("main")
    page.select_option("select[name=streets]", "none")
    page.select_option("select[name=works]", "mail")
    page.click("form[action='/app/compte/gouts'] button")
    page.wait_for_selector(".banner-success")
    assert page.input_value("select[name=streets]") == "none" and page.input_value("select[name=works]") == "mail"
    look("full", whole=True)
    # The own request opens with a link of its own.
    page.click(f"a[href='/app/compte/demandes/{reference}']")
    page.wait_for_url(re.compile("/app/follow/"))
    # All that is kept: read, with the photo, and as a file.
    open_app(page, "/app/compte/donnees")
    assert who in page.inner_text("main") and "Mme Roy" in page.inner_text("main")
    page.locator("ul.photos img").first.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('ul.photos img').naturalWidth > 0")
    look("data", whole=True)
    data = json.loads(page.request.get(f"{ADDRESS}/app/compte/donnees.json").text())
    assert data["email"] == who and data["requests"][0]["reference"] == reference
    photo = data["requests"][0]["photos"][0]
    assert page.request.get(ADDRESS + photo).headers["content-type"].startswith("image/")
    other = citizen(room)
    assert other.goto(ADDRESS + photo).status == 404
    other.context.close()
    # A used link is no way in.
    page.goto(ADDRESS + entry)
    assert "a déjà servi" in page.inner_text("main")
    look("used")
    # Erased, not before the box is ticked.
    open_app(page, "/app/compte")
    page.click("form[action='/app/compte/effacer'] button")
    assert "Cochez la case" in page.inner_text("main")
    open_app(page, "/app/compte")
    page.check("input[name=sure]")
    page.click("form[action='/app/compte/effacer'] button")
    page.wait_for_url("**/app/compte?erased=1")
    look("erased")
    open_app(page, "/app/compte")
    assert reference not in page.inner_text("main")
    assert page.request.get(ADDRESS + photo).status == 404
    page.set_viewport_size(PHONE)
    picture(page, "account-end")
    page.context.close()
    assert not found, "\n".join(found)


# Where the room under test sends its mails elsewhere, nobody can read the link.
TESTS = [an_account_is_opened_by_a_mail_used_and_erased] if PORT else []
