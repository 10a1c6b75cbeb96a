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
    # So near that no neighbour's shape, ten metres away, lies over its own.
    look_at(page, lamp, 18)
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
    """'disc', 'diamond' or what else is drawn at an asset, by the share that it fills of the box around it: a disc 0.79, a diamond half.
    Where it stands may be a pixel or three off: a tile's places are whole numbers."""
    x, y = on_screen(page, asset)
    shot = base64.b64encode(page.screenshot(clip={"x": x - 30, "y": y - 30, "width": 60, "height": 60})).decode()
    width, height, area = page.evaluate(
        """async (shot) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + shot; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
            const middle = 30 * canvas.width + 30;
            const same = (at) => [0, 1, 2].every((part) => Math.abs(data[at * 4 + part] - data[middle * 4 + part]) < 60);
            // What hangs together with the middle and has its colour.
            const seen = new Set([middle]), xs = [], ys = [];
            for (const at of seen) {
                const x = at % canvas.width, y = Math.floor(at / canvas.width);
                xs.push(x); ys.push(y);
                for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
                    const next = (y + dy) * canvas.width + x + dx;
                    if (x + dx >= 0 && x + dx < canvas.width && y + dy >= 0 && y + dy < canvas.height && same(next)) seen.add(next);
                }
            }
            return [Math.max(...xs) - Math.min(...xs) + 1, Math.max(...ys) - Math.min(...ys) + 1, seen.size]; }""", shot)
    filled = area / (width * height)
    if max(width, height) > 40 or min(width, height) < 6:
        return f"nothing: {width} by {height}"
    return "diamond" if filled < 0.62 else "disc" if filled > 0.7 else f"{width} by {height}, {filled:.2f} filled"
