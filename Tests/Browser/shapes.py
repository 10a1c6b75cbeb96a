# SPDX-License-Identifier: EUPL-1.2
"""What is abnormal is told on the map by its shape, not by its colour alone."""
import base64

from operations import LIT, alone
from room import assets, look_at, on_screen, open_map, picture, say, until


def a_fault_is_told_by_its_shape_on_the_map(room):
    """While the map is open a lamp burns out: it becomes the legend's diamond, by delta at once and by tile afterwards."""
    page = room.visit()
    # After the trip of the test before, assets return one by one.
    until(lambda: lit_share(page) > 0.85, 240, told=lambda: f"{lit_share(page):.2f}")
    lamp = alone(page, [one for one in assets(page, "lamp") if one["state"] in LIT])
    open_map(page)
    look_at(page, lamp, 17)
    until(lambda: shape(page, lamp) == "disc", told=lambda: shape(page, lamp))
    say(f"break lamp {lamp['id']} with failure")
    until(lambda: shape(page, lamp) == "diamond", told=lambda: f"{shape(page, lamp)}, {state_of(page, lamp)}")
    assert state_of(page, lamp) == "fault"
    picture(page, "shape-of-a-fault")
    # Its tile anew, as after the stream was away: the shape comes with it.
    page.evaluate("() => document.querySelector('room-map').reload()")
    page.wait_for_function(
        "(id) => document.querySelector('room-map').map.queryRenderedFeatures({layers: ['marks']}).some((found) => found.id === id)",
        arg=lamp["number"])
    until(lambda: shape(page, lamp) == "diamond", told=lambda: f"{shape(page, lamp)}, {state_of(page, lamp)}")
    assert not page.errors, page.errors
    page.context.close()


def lit_share(page):
    lamps = assets(page, "lamp")
    return sum(one["state"] in LIT for one in lamps) / len(lamps)


def state_of(page, asset):
    return next(one["state"] for one in assets(page, "lamp") if one["id"] == asset["id"])


def shape(page, asset):
    """'diamond' where what is drawn at an asset reaches further along the axes than between them by as much as a diamond does."""
    x, y = on_screen(page, asset)
    shot = base64.b64encode(page.screenshot(clip={"x": x - 20, "y": y - 20, "width": 40, "height": 40})).decode()
    straight, slanting = page.evaluate(
        """async (shot) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + shot; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const at = (x, y) => [...pen.getImageData(Math.round(20 + x), Math.round(20 + y), 1, 1).data];
            const middle = at(0, 0);
            const same = (x, y) => at(x, y).every((part, i) => Math.abs(part - middle[i]) < 60);
            // How far the colour of the middle reaches to the right and to the left, and along the two slants, whichever is least.
            const reach = (dx, dy) => { let far = 0; while (far < 18 && same(dx * (far + 1), dy * (far + 1))) far += 1; return far; };
            const slant = Math.SQRT1_2;
            return [Math.min(reach(1, 0), reach(-1, 0)), Math.max(reach(slant, slant), reach(-slant, slant))]; }""", shot)
    if straight >= 7 and slanting < 0.85 * straight:
        return "diamond"
    return "disc" if straight < 7 else f"{straight} by {slanting}"
