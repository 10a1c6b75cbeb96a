// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "../app/words.ts";
import { after, read, stateTitle, title } from "./acts.ts";
import { smaller } from "./photo.ts";
import { TerrainSignature } from "./signature.ts";
import { add, newKey, waiting } from "./store.ts";

/**
 * `<terrain-job>`: a job's page that works without a network. An act is on the tablet's disk before anything is said; the page shows what
 * the state will be, and which acts the room does not have yet.
 */
export class TerrainJob extends HTMLElement {
  #pending = make("div", { class: "crew-pending", role: "status" });

  connectedCallback() {
    this.querySelector(".crew-acts")?.before(this.#pending);
    this.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.dataset.act) return;
      event.preventDefault();
      void this.#act(form);
    });
    addEventListener("terrain-changed", () => void this.draw());
    void this.draw();
  }

  async #act(form: HTMLFormElement) {
    const members = read(form);
    if (!members || !form.reportValidity()) return;
    const one = { id: newKey(), at: Date.now(), job: Number(this.dataset.job), seen: Number(this.dataset.version), act: "", ...members };
    const button = form.querySelector<HTMLButtonElement>(":scope > button");
    if (button) button.disabled = true;
    try {
      if (members.act === "photo") {
        const file = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
        const blob = file ? await smaller(file).catch(() => null) : null;
        if (!blob) return this.#say(form, say("Cette photo ne peut pas être lue.", "This photo cannot be read."));
        const key = newKey();
        await add([{ ...one, photo: key, size: blob.size }], { key, blob });
      } else {
        const signature = form.querySelector("terrain-signature");
        if (signature instanceof TerrainSignature && signature.picture) Object.assign(one, { picture: signature.picture });
        await add([one]);
        if (signature instanceof TerrainSignature) signature.clear();
      }
    } catch {
      return this.#say(form, say("Rien n'est gardé : cette tablette est pleine. Appelez la salle.", "Nothing is kept: this tablet is full. Call the room."));
    } finally {
      if (button) button.disabled = false;
    }
    form.reset();
    this.#say(form, "");
    const folded = form.closest("details");
    if (folded) folded.open = false;
    // What is not sent yet must not be what the browser clears first.
    void navigator.storage?.persist?.().catch(() => false);
    await this.draw();
    this.#pending.tabIndex = -1;
    this.#pending.focus();
    dispatchEvent(new Event("terrain-acted"));
  }

  #say(form: HTMLFormElement, text: string) {
    form.querySelector(".field-error")?.remove();
    if (text) form.append(make("p", { class: "field-error", role: "alert" }, text));
  }

  /** The page as it is after what waits to be sent. */
  async draw() {
    const acts = (await waiting().catch(() => [])).filter((one) => one.job === Number(this.dataset.job));
    const state = after(this.dataset.state ?? "", acts);
    this.dataset.now = state;
    for (const part of this.querySelectorAll<HTMLElement>("[data-from]")) {
      const from = (part.dataset.from ?? "").split(" ").filter((one) => one !== "");
      part.hidden = from.length > 0 && !from.includes(state);
    }
    const confirmed = new Set(acts.filter((one) => one.act === "confirm").map((one) => String(one.safety)));
    for (const form of this.querySelectorAll<HTMLFormElement>("form[data-act=confirm]")) {
      form.hidden = confirmed.has(form.querySelector<HTMLInputElement>("input[name=safety]")?.value ?? "");
    }
    const open = (this.dataset.unconfirmed ?? "").split(" ").filter((one) => one !== "" && !confirmed.has(one));
    const start = this.querySelector<HTMLButtonElement>("form[data-act=start] button");
    if (start) start.disabled = open.length > 0;
    this.#pending.hidden = acts.length === 0;
    this.#pending.replaceChildren();
    if (acts.length === 0) return;
    this.#pending.append(
      make("p", {}, make("strong", {}, `${say("Sur cette tablette :", "On this tablet:")} ${stateTitle(state)}`)),
      make("ul", {}, ...acts.map((one) => make("li", {}, `${title(one.act)} · ${new Date(one.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })} · ${say("à envoyer", "to be sent")}`))),
    );
  }
}
