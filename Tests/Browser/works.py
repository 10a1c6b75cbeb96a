# SPDX-License-Identifier: EUPL-1.2
"""Works by street in a real browser: an owner's list with bad lines, the calendar by keyboard and on a telephone, a swap with its effect first."""
import datetime
import re

from room import PHONE, go, picture, violations


def days(after, length):
    """Days of the next year, which is never past."""
    first = datetime.date(datetime.date.today().year + 1, 3, 1) + datetime.timedelta(days=after)
    return first.isoformat(), (first + datetime.timedelta(days=length)).isoformat()


def owners_list(commune):
    lines = ["numero;rue;commune;objet;nature;maitre d'ouvrage;debut;fin;circulation;etat"]
    for number, street, title, sort, owner, after, length, impact, stage in [
        ("1", "Rue des Forges", "Réfection de la chaussée", "revêtement", "Voirie", 0, 11, "route barrée", "programmé"),
        ("2", "Rue des Forges", "Conduite d'eau", "eau", "Eaux", 28, 18, "route barrée", "programmé"),
        ("3", "Rue Monge", "Branchements gaz", "gaz", "Gaz", 10, 11, "stationnement", "programmé"),
        ("4", "Rue Monge", "Déploiement de la fibre", "fibre", "Fibre", 40, 11, "trottoir", "demandé"),
        ("5", "Avenue Victor-Hugo", "Renouvellement du réseau de chaleur, première tranche", "chauffage", "Chaleur", 5, 70, "alternat", "programmé"),
        ("6", "Place Wilson", "Grue", "autre", "Promoteur", 60, 2, "trottoir", "urgent"),
    ]:
        lines.append(";".join([number, street, commune, title, sort, owner, *days(after, length), impact, stage]))
    lines.append(f"7;Rue Monge;{commune};Gaz;gaz;Gaz;demain;{days(1, 1)[1]};;")
    lines.append(f"8;Rue Monge;Atlantis;Gaz;licorne;Gaz;{days(1, 1)[0]};{days(1, 1)[1]};;")
    return "\n".join(lines).encode()


def works_come_in_as_a_list_and_are_swapped(room):
    plain = room.visit(java_script_enabled=False)
    go(plain, "jobs/works")
    picture(plain, "works-empty")
    go(plain, "jobs/works/new")
    commune = plain.locator("select[name=commune] option").first.get_attribute("value")
    go(plain, "jobs/works/imports")
    plain.fill("input[name=source]", "coordination")
    plain.set_input_files("input[name=file]", {"name": "liste.csv", "mimeType": "text/csv", "buffer": owners_list(commune)})
    with plain.expect_navigation():
        plain.click("main form.works-form button")
    assert re.search(r"/imports/\d+$", plain.url), plain.url
    text = plain.inner_text("main")
    assert "6 nouveaux" in text and "2 lignes laissées de côté" in text and "licorne" in text, text
    picture(plain, "works-preview")
    with plain.expect_navigation():
        plain.click("text=Importer 6 travaux")
    year = f"jobs/works?step=year&from={days(0, 0)[0]}"
    go(plain, year)
    assert "Intervertir" in plain.inner_text("#conflicts")
    plain.context.close()

    for theme in ["light", "dark"]:
        page = room.visit(color_scheme=theme)
        go(page, year)
        picture(page, f"works-year-{theme}")
        found = violations(page, f"{theme} works of a year")
        go(page, f"jobs/works?step=quarter&from={days(0, 0)[0]}")
        picture(page, f"works-quarter-{theme}")
        found += violations(page, f"{theme} works of a quarter")
        for name in ["jobs/works/imports", "jobs/works/new"]:
            go(page, name)
            found += violations(page, f"{theme} {name}")
        assert not found, found
        page.context.close()

    phone = room.visit(viewport=PHONE)
    go(phone, year)
    assert not phone.locator(".works-frame").is_visible() and phone.locator(".works-list").first.is_visible()
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling on a telephone"
    picture(phone, "works-phone")
    phone.context.close()

    page = room.visit()
    go(page, f"jobs/works?step=month&from={days(0, 0)[0]}")
    picture(page, "works-month")
    with page.expect_navigation():
        page.keyboard.press("n")
    with page.expect_navigation():
        page.keyboard.press("p")
    bar = page.locator(".works-link", has_text="chaussée").first
    bar.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/works/\d+$", page.url), page.url
    found = violations(page, "a sheet of works")
    picture(page, "works-sheet")
    page.locator("#conflicts form button").first.click()
    page.wait_for_load_state("load")
    assert "conflit(s) résolu(s), 0 causé(s)" in page.inner_text(".lead"), page.inner_text("main")
    found += violations(page, "the effect of a swap")
    picture(page, "works-effect")
    page.click("main form.stack button")
    page.wait_for_url(re.compile(r"/works/\d+$"))
    assert "modifiés" in page.inner_text("#history")
    # A form with what is wrong beside its field, and one that would cause a conflict.
    page.click("text=Modifier")
    page.wait_for_url(re.compile(r"/edit$"))
    page.fill("input[name=to]", days(-300, 0)[0])
    with page.expect_navigation():
        page.click("main form.works-form button")
    assert page.locator(".field-error").count() == 1
    found += violations(page, "a form of works with an error")
    picture(page, "works-error")
    assert not found, found
    assert not [one for one in page.errors if "422" not in one], page.errors
    page.context.close()
