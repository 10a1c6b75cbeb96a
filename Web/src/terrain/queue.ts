// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "../app/words.ts";
import { title } from "./acts.ts";
import { forget, refused, renumber, waiting } from "./store.ts";
import { type Standing, synchronise } from "./sync.ts";

const EVERY = 30_000;

/** `<terrain-queue>`: how many acts the room does not have yet, and what it refused. Sends at once, on return, and every 30 s. */
export class TerrainQueue extends HTMLElement {
  #standing: Standing = "idle";
  #again = false;

  connectedCallback() {
    for (const name of ["online", "terrain-acted"]) addEventListener(name, () => void this.go());
    addEventListener("offline", () => void this.#draw());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.go());
    setInterval(() => void this.go(), EVERY);
    void this.go();
  }

  #isGoing = false;
  async go() {
    if (this.#isGoing) {
      this.#again = true;
      return;
    }
    this.#isGoing = true;
    await this.#draw();
    const before = (await waiting().catch(() => [])).length;
    const { standing, changed } = await synchronise();
    this.#isGoing = false;
    this.#standing = standing;
    await this.#draw();
    if (standing === "idle" && document.documentElement.dataset.missing) return location.reload();
    if (changed.length > 0 || before > 0) await refresh();
    dispatchEvent(new Event("terrain-changed"));
    if (this.#again) {
      this.#again = false;
      await this.go();
    }
  }

  async #draw() {
    const [acts, no] = await Promise.all([waiting().catch(() => []), refused().catch(() => [])]);
    const lines: Node[] = [];
    const isAway = !navigator.onLine || this.#standing === "offline";
    const wait = acts.length === 0 ? "" : say(`${acts.length} à envoyer`, `${acts.length} to be sent`);
    this.dataset.waiting = String(acts.length);
    this.dataset.state = this.#standing === "unpaired" ? "unpaired" : isAway ? "away" : acts.length > 0 ? "waiting" : "sent";
    if (this.#standing === "unpaired") {
      lines.push(make("p", { class: "banner banner-alarm" }, say("La salle ne connaît plus cette tablette. ", "The room does not know this tablet any more. "), make("a", { href: "/terrain?pair" }, say("L'appairer", "Pair it")), wait ? ` (${wait})` : ""));
    } else {
      const text = isAway ? say("Pas de réseau : tout est gardé ici.", "No network: all is kept here.") : acts.length > 0 ? say("Envoi…", "Sending…") : say("Tout est envoyé.", "All is sent.");
      lines.push(make("p", { class: `crew-standing crew-${this.dataset.state}` }, wait ? `${text} ${wait}.` : text));
    }
    const missing = document.documentElement.dataset.missing;
    if (missing) {
      const text = say(`L'intervention ${missing} n'est pas encore sur cette tablette : elle s'ouvrira dès que le réseau revient. Voici votre journée.`, `Job ${missing} is not on this tablet yet: it opens as soon as the network is back. Here is your day.`);
      lines.push(make("p", { class: "banner banner-warning" }, text));
    }
    for (const one of no) {
      const read = make("button", { type: "button", class: "button" }, say("J'ai lu", "I have read it"));
      read.addEventListener("click", async () => {
        await forget(one);
        await this.#draw();
      });
      lines.push(make("div", { class: "banner banner-alarm" }, make("p", {}, `n° ${one.act.job} · ${title(one.act.act)} : ${one.because}`), read));
    }
    this.replaceChildren(...lines);
  }
}

/** `<terrain-pairing>` is on the page that asks for a code: whatever this tablet did under an older pairing gets a queue of its own. */
export class TerrainPairing extends HTMLElement {
  connectedCallback() {
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      void renumber().catch(() => undefined).then(() => form.submit());
    });
  }
}

/** Brings in what changed on this page without touching a form that somebody fills in. */
async function refresh(): Promise<void> {
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll<HTMLElement>("[data-part]")) {
    const other = fresh.getElementById(part.id);
    if (other) part.replaceWith(document.adoptNode(other));
  }
  const [mine, theirs] = [document.querySelector<HTMLElement>("terrain-job"), fresh.querySelector<HTMLElement>("terrain-job")];
  if (!mine || !theirs) return;
  for (const name of ["state", "version", "unconfirmed"]) mine.dataset[name] = theirs.dataset[name];
  const [safety, newer] = [document.querySelector(".crew-safety"), fresh.querySelector(".crew-safety")];
  if (safety && !safety.contains(document.activeElement)) newer ? safety.replaceWith(document.adoptNode(newer)) : safety.remove();
}
