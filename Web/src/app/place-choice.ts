// SPDX-License-Identifier: EUPL-1.2
import { ask, make, say } from "./words.ts";

interface Address {
  label: string;
  longitude: number;
  latitude: number;
  metres?: number;
}

/**
 * `<place-choice>` around the field of the address: 'my position', and addresses
 * while typing as a list box for keyboard and screen reader (WAI-ARIA combobox).
 * In the form it fills `lon` and `lat`; with `data-go` it opens that page for the place.
 */
export class PlaceChoice extends HTMLElement {
  #timer = 0;
  #at = -1;
  #list = make("ul", { role: "listbox", class: "found", hidden: "" });
  #note = make("p", { class: "field-hint", role: "status" });

  connectedCallback() {
    this.dataset.ready = "";
    const input = this.querySelector<HTMLInputElement>("#field-address");
    if (!input) return;
    this.#list.id = "found-addresses";
    this.#list.setAttribute("aria-label", say("Adresses proposées", "Addresses proposed"));
    for (
      const [name, value] of Object.entries({
        role: "combobox",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        "aria-controls": this.#list.id,
      })
    ) input.setAttribute(name, value);
    input.after(this.#list);
    if ("geolocation" in navigator) {
      const button = make("button", { type: "button", class: "button locate" }, say("Ma position", "My position"));
      button.addEventListener("click", () => this.#locate(button, input));
      input.closest(".field")?.before(button);
      this.#offer(button, input);
    }
    input.closest(".field")?.after(this.#note);
    input.addEventListener("input", () => {
      this.#place(null);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#propose(input), 150);
    });
    input.addEventListener("keydown", (event) => this.#key(event, input));
    input.addEventListener("blur", () => setTimeout(() => this.#close(input), 200));
  }

  /** Whoever has let the app know their position before finds it there without a tap. */
  async #offer(button: HTMLButtonElement, input: HTMLInputElement) {
    if (this.dataset.go || input.value || !("permissions" in navigator)) return;
    const answer = await navigator.permissions.query({ name: "geolocation" }).catch(() => null);
    if (answer?.state === "granted" && !input.value) this.#locate(button, input);
  }

  /** Tells the form where it is; null: not known any more. */
  #place(at: { longitude: number; latitude: number } | null) {
    const form = this.closest("form");
    for (const [name, value] of [["lon", at?.longitude], ["lat", at?.latitude]] as const) {
      const field = form?.querySelector<HTMLInputElement>(`input[name=${name}]`);
      if (field) field.value = value === undefined ? "" : value.toFixed(6);
    }
    this.dispatchEvent(new CustomEvent("place", { bubbles: true }));
  }

  #locate(button: HTMLButtonElement, input: HTMLInputElement) {
    button.disabled = true;
    this.#note.textContent = say("Recherche de la position…", "Looking for the position…");
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        button.disabled = false;
        const near = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
        if (this.dataset.go) return location.assign(`${this.dataset.go}?near=${near}`);
        this.#place(coords);
        const found = await ask<{ addresses: Address[] }>("/api/addresses", { near, limit: "1" });
        if (found?.addresses[0]) input.value = found.addresses[0].label;
        else if (!input.value) input.value = say("Ma position", "My position");
        this.#note.textContent = say(
          `Position prise, à ${Math.round(coords.accuracy)} m près. Corrigez l'adresse si besoin.`,
          `Position taken, within ${Math.round(coords.accuracy)} m. Correct the address where needed.`,
        );
      },
      () => {
        button.disabled = false;
        this.#note.textContent = say(
          "La position n'est pas disponible : écrivez l'adresse.",
          "The position is not available: type the address.",
        );
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  async #propose(input: HTMLInputElement) {
    const q = input.value.trim();
    if (q.length < 3) return this.#close(input);
    const found = await ask<{ addresses: Address[] }>("/api/addresses", { q, limit: "5" });
    if (input.value.trim() !== q || !found) return;
    this.#at = -1;
    this.#list.replaceChildren(...found.addresses.map((address, i) => {
      const item = make("li", { role: "option", id: `${this.#list.id}-${i}`, "aria-selected": "false" }, address.label);
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.#choose(address, input);
      });
      item.addEventListener("choose", () => this.#choose(address, input));
      return item;
    }));
    this.#list.hidden = found.addresses.length === 0;
    input.setAttribute("aria-expanded", String(!this.#list.hidden));
  }

  #choose(address: Address, input: HTMLInputElement) {
    input.value = address.label;
    this.#close(input);
    this.#note.textContent = "";
    this.#place(address);
  }

  #key(event: KeyboardEvent, input: HTMLInputElement) {
    const items = [...this.#list.children] as HTMLElement[];
    if (event.key === "Escape") return this.#close(input);
    if (this.#list.hidden) return;
    if (event.key === "Enter" && items[this.#at]) {
      event.preventDefault();
      items[this.#at]?.dispatchEvent(new Event("choose"));
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === this.#at)));
    input.setAttribute("aria-activedescendant", items[this.#at]?.id ?? "");
  }

  #close(input: HTMLInputElement) {
    this.#list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
