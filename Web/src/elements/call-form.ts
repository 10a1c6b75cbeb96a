// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";

interface Address {
  label: string;
  longitude: number;
  latitude: number;
}

/** Parts of the page that are the server's answer to what is typed. */
const PARTS = ["call-found", "call-help", "call-script", "call-questions", "call-around"];

/**
 * `<call-form data-path="/allo/calls/7">` around the form of a call: addresses while typing as a list box (WAI-ARIA
 * combobox); at each pause the draft is kept by the same POST that a button without script sends, and the parts
 * that answer to it are taken from the page. A part in which somebody stands is left alone.
 */
export class CallForm extends HTMLElement {
  #timer = 0;
  #asking = 0;
  #turn = 0;
  #at = -1;
  #seen = new Map<string, string>();
  #list = document.createElement("ul");

  connectedCallback() {
    const form = this.querySelector("form");
    const input = this.querySelector<HTMLInputElement>("input[name=address]");
    if (!form || !input) return;
    for (const id of PARTS) this.#seen.set(id, document.getElementById(id)?.innerHTML ?? "");
    this.#combobox(input);
    form.addEventListener("input", () => this.#soon(450));
    form.addEventListener("change", (event) => {
      if ((event.target as HTMLElement).matches("select, input[type=checkbox]")) this.#soon(0);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
      if (event.target instanceof HTMLInputElement) {
        event.preventDefault();
        this.#soon(0);
      }
    });
    form.addEventListener("submit", (event) => this.#submit(event, form));
    // A call taken with the keyboard begins at the address.
    if (document.activeElement === document.body && !input.value) input.focus();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** A guess or an address picked from the list is a draft: the page need not be left for it. */
  #submit(event: SubmitEvent, form: HTMLFormElement) {
    const button = event.submitter;
    clearTimeout(this.#timer);
    if (!(button instanceof HTMLButtonElement) || !button.formAction.endsWith("/draft")) return;
    event.preventDefault();
    if (button.name === "guess") {
      const choice = form.querySelector<HTMLSelectElement>("select[name=category]");
      if (choice) choice.value = button.value;
    }
    if (button.name === "pick") {
      const [longitude, latitude, ...label] = button.value.split(",");
      this.#place({ label: label.join(","), longitude: Number(longitude), latitude: Number(latitude) });
    }
    this.#soon(0);
  }

  #field(name: string): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>(`input[name=${name}]`);
  }

  #place(address: Address) {
    for (
      const [name, value] of [["address", address.label], ["placed", address.label], ["lon", String(address.longitude)], [
        "lat",
        String(address.latitude),
      ]] as const
    ) {
      const field = this.#field(name);
      if (field) field.value = value;
    }
  }

  #soon(wait: number) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), wait);
  }

  async #keep() {
    const form = this.querySelector("form");
    if (!form) return;
    const turn = ++this.#turn;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    const answer = await fetch(`${this.dataset.path}/draft`, { method: "POST", body }).catch(() => null);
    this.toggleAttribute("data-away", !answer?.ok);
    if (!answer?.ok || turn !== this.#turn) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== this.#turn) return;
    for (const id of PARTS) this.#take(id, page.getElementById(id));
    for (const name of ["lon", "lat", "placed"]) {
      const fresh = page.querySelector<HTMLInputElement>(`call-form input[name=${name}]`);
      const field = this.#field(name);
      if (fresh && field) field.value = fresh.value;
    }
  }

  #take(id: string, fresh: HTMLElement | null) {
    const old = document.getElementById(id);
    if (!old || !fresh || this.#seen.get(id) === fresh.innerHTML) return;
    if (old.contains(document.activeElement) && old.querySelector("input, select, textarea")) return;
    this.#seen.set(id, fresh.innerHTML);
    old.replaceWith(fresh);
  }

  // The list box of addresses.

  #combobox(input: HTMLInputElement) {
    this.#list.id = "found-addresses";
    this.#list.role = "listbox";
    this.#list.ariaLabel = say("Adresses proposées", "Addresses proposed");
    this.#list.className = "search-found";
    this.#list.hidden = true;
    input.role = "combobox";
    input.ariaExpanded = "false";
    input.ariaAutoComplete = "list";
    input.setAttribute("aria-controls", this.#list.id);
    input.closest(".field")?.append(this.#list);
    input.addEventListener("input", () => {
      clearTimeout(this.#asking);
      this.#asking = setTimeout(() => this.#propose(input), 150);
    });
    input.addEventListener("keydown", (event) => this.#keys(event, input));
    input.addEventListener("blur", () => setTimeout(() => this.#close(input), 200));
  }

  async #propose(input: HTMLInputElement) {
    const q = input.value.trim();
    if (q.length < 3) return this.#close(input);
    const answer = await fetch(`/api/addresses?${new URLSearchParams({ q, limit: "6" })}`).catch(() => null);
    if (!answer?.ok || input.value.trim() !== q || document.activeElement !== input) return;
    const found = await answer.json() as { addresses: Address[] };
    this.#at = -1;
    this.#list.replaceChildren(...found.addresses.map((address, i) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `${this.#list.id}-${i}`;
      item.ariaSelected = "false";
      item.textContent = address.label;
      const choose = () => {
        this.#place(address);
        this.#close(input);
        this.#soon(0);
      };
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose();
      });
      item.addEventListener("choose", choose);
      return item;
    }));
    this.#list.hidden = found.addresses.length === 0;
    input.ariaExpanded = String(!this.#list.hidden);
  }

  #keys(event: KeyboardEvent, input: HTMLInputElement) {
    const items = [...this.#list.children] as HTMLElement[];
    if (this.#list.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      return this.#close(input);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      (items[this.#at] ?? items[0])?.dispatchEvent(new Event("choose"));
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    items.forEach((item, i) => item.ariaSelected = String(i === this.#at));
    input.setAttribute("aria-activedescendant", items[this.#at]?.id ?? "");
  }

  #close(input: HTMLInputElement) {
    clearTimeout(this.#asking);
    this.#list.hidden = true;
    this.#at = -1;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }
}
