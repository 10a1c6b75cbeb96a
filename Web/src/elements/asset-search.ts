// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";

interface Found {
  number: number;
  id: string;
  name: string;
  address: string;
  longitude?: number;
  latitude?: number;
}

interface Address {
  label: string;
  longitude: number;
  latitude: number;
}

/**
 * `<asset-search>` around the search form: assets and addresses while typing, as a list
 * box for keyboard and screen reader (WAI-ARIA combobox). Enter without a
 * choice sends the form, which works without script.
 */
export class AssetSearch extends HTMLElement {
  #timer = 0;
  #list = document.createElement("ul");
  #at = -1;

  connectedCallback() {
    const input = this.querySelector<HTMLInputElement>("input[type=search]");
    if (!input) return;
    this.#list.id = `${input.id}-found`;
    this.#list.role = "listbox";
    this.#list.ariaLabel = say("Propositions", "Proposals");
    this.#list.className = "search-found";
    this.#list.hidden = true;
    input.role = "combobox";
    input.autocomplete = "off";
    input.ariaExpanded = "false";
    input.ariaAutoComplete = "list";
    input.setAttribute("aria-controls", this.#list.id);
    this.append(this.#list);
    input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(input), 150);
    });
    input.addEventListener("keydown", (event) => this.#key(event, input));
    input.addEventListener("blur", () => setTimeout(() => this.#close(input), 200));
  }

  async #ask(input: HTMLInputElement) {
    const q = input.value.trim();
    if (q.length < 2) return this.#close(input);
    const ask = (path: string, limit: string) =>
      fetch(`${path}?${new URLSearchParams({ q, limit })}`).then((answer) => answer.ok ? answer.json() : {}).catch(() => ({}));
    const [assets, addresses] = await Promise.all([
      ask("/api/assets", "6").then((found: { assets?: Found[] }) => found.assets ?? []),
      ask("/api/addresses", "5").then((found: { addresses?: Address[] }) => found.addresses ?? []),
    ]);
    if (input.value.trim() !== q) return;
    this.#at = -1;
    const items = [
      ...assets.map((asset, i) => this.#option(asset, i, input)),
      ...addresses.map((address, i) => this.#place(address, assets.length + i, input)),
    ];
    this.#list.replaceChildren(...items);
    this.#list.hidden = items.length === 0;
    input.ariaExpanded = String(items.length > 0);
  }

  #place(address: Address, i: number, input: HTMLInputElement): HTMLLIElement {
    const where = document.createElement("span");
    where.textContent = address.label;
    const item = this.#item(i, input, where);
    item.classList.add("found-address");
    item.dataset.view = `#18/${address.latitude.toFixed(5)}/${address.longitude.toFixed(5)}`;
    item.dataset.href = `/console/map${item.dataset.view}`;
    return item;
  }

  #option(asset: Found, i: number, input: HTMLInputElement): HTMLLIElement {
    const id = document.createElement("strong");
    id.textContent = asset.id;
    const where = document.createElement("span");
    where.textContent = [asset.name, asset.address].filter((text) => text !== "" && text !== asset.id).join(", ");
    const item = this.#item(i, input, id, " ", where);
    item.dataset.href = `/console/assets/${encodeURIComponent(asset.id)}`;
    if (asset.longitude !== undefined && asset.latitude !== undefined) {
      item.dataset.view = `#17/${asset.latitude.toFixed(5)}/${asset.longitude.toFixed(5)}`;
    }
    return item;
  }

  #item(i: number, input: HTMLInputElement, ...content: (Node | string)[]): HTMLLIElement {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `${this.#list.id}-${i}`;
    item.ariaSelected = "false";
    item.append(...content);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#open(item, input);
    });
    return item;
  }

  /** On the map page the map flies there; elsewhere the sheet opens. */
  #open(item: HTMLElement, input: HTMLInputElement) {
    this.#close(input);
    if (document.documentElement.dataset.map === "on" && item.dataset.view) location.hash = item.dataset.view;
    else location.assign(item.dataset.href ?? "#");
  }

  #key(event: KeyboardEvent, input: HTMLInputElement) {
    const items = [...this.#list.children] as HTMLElement[];
    if (event.key === "Escape") return this.#close(input);
    if (event.key === "Enter" && items[this.#at]) {
      event.preventDefault();
      return this.#open(items[this.#at] as HTMLElement, input);
    }
    if (this.#list.hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    items.forEach((item, i) => item.ariaSelected = String(i === this.#at));
    input.setAttribute("aria-activedescendant", items[this.#at]?.id ?? "");
    items[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  #close(input: HTMLInputElement) {
    this.#list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }
}
