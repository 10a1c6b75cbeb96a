# SPDX-License-Identifier: EUPL-1.2
"""Somebody whose rights end at one commune has the same live pages as everybody, and hears of no other commune."""
from operations import LIT
from room import ADDRESS, ask, assets, go, look_at, mark, open_map, picture, same, say, sign_in, until, wait_live

LOGIN = "une-commune"


def who_sees_one_commune_hears_it_at_once_and_nothing_else(room):
    admin = room.visit()
    # The last page of the list: the first holds the largest commune alone.
    lamps = [one for one in ask(admin, "/api/assets?kind=lamp&limit=100&page=10")["assets"] if one["state"] in LIT]
    commune = lamps[0]["commune"]
    inside = next(one for one in lamps if one["commune"] == commune)
    outside = next(one for one in lamps if one["commune"] != commune)
    page = narrow(room, admin, commune)
    city = narrow(room, admin, None, known=page)
    go(page, "alarms")
    wait_live(page)
    mark(page)
    open_map(city)
    wait_live(city)
    mark(city)
    look_at(city, inside, 15)
    heard = "() => Number(document.querySelector('room-map').dataset.deltas || 0)"
    was = city.evaluate(heard)
    assert {one["commune"] for one in assets(page, "lamp")} == {commune}
    for lamp in [outside, inside]:
        say(f"break lamp {lamp['id']} with knockedDown")
    page.locator("tbody tr.alarm", has_text=inside["id"]).first.wait_for()
    until(lambda: city.evaluate(heard) > was)
    assert same(page) and same(city), "a page was reloaded"
    picture(page, "alarms-of-one-commune")
    picture(city, "map-of-one-commune")
    # The other one stands by now, and only the administrator knows.
    go(admin, "alarms")
    admin.locator("tbody tr.alarm", has_text=outside["id"]).first.wait_for()
    assert outside["id"] not in page.inner_text("body")
    assert page.locator("tbody tr.alarm", has_text=outside["id"]).count() == 0
    assert page.request.get(f"{ADDRESS}/console/assets/{outside['id']}").status in (403, 404)
    for one in [page, city, admin]:
        assert not one.errors, one.errors
        one.context.close()


def narrow(room, admin, commune, known=None):
    """A visit of an account that the administrator opens for one commune; or a second one of it."""
    page = room.visit(signed_in=False)
    if known is not None:
        page.context.add_cookies(known.context.cookies())
        return page
    go(admin, "accounts")
    admin.fill("input[name=login]", LOGIN)
    admin.fill("input[name=name]", "Une commune")
    admin.fill("input[name=communes]", commune)
    admin.click("form:has(input[name=communes]) button")
    password = admin.locator("main code, main .secret").first.inner_text()
    page.goto(f"{ADDRESS}/sign-in")
    sign_in(page, LOGIN, password)
    return page
