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

/**
 * `<asset-search>` around the search form: proposals while typing, as a list
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
    const answer = await fetch(`/api/assets?${new URLSearchParams({ q, limit: "8" })}`).catch(() => null);
    if (!answer?.ok || input.value.trim() !== q) return;
    const { assets } = await answer.json() as { assets: Found[] };
    this.#at = -1;
    this.#list.replaceChildren(...assets.map((asset, i) => this.#option(asset, i, input)));
    this.#list.hidden = assets.length === 0;
    input.ariaExpanded = String(assets.length > 0);
  }

  #option(asset: Found, i: number, input: HTMLInputElement): HTMLLIElement {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `${this.#list.id}-${i}`;
    item.ariaSelected = "false";
    const id = document.createElement("strong");
    id.textContent = asset.id;
    const where = document.createElement("span");
    where.textContent = [asset.name, asset.address].filter((text) => text !== "" && text !== asset.id).join(", ");
    item.append(id, " ", where);
    item.dataset.href = `/console/assets/${encodeURIComponent(asset.id)}`;
    if (asset.longitude !== undefined && asset.latitude !== undefined) {
      item.dataset.view = `#17/${asset.latitude.toFixed(5)}/${asset.longitude.toFixed(5)}`;
    }
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
