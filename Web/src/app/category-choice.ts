// SPDX-License-Identifier: EUPL-1.2
import { fold, make, say } from "./words.ts";

/** `<category-choice>` around the tree of categories: a search in its words, so that nobody has to know the tree. */
export class CategoryChoice extends HTMLElement {
  connectedCallback() {
    this.dataset.ready = "";
    const items = [...this.querySelectorAll<HTMLElement>("li")];
    if (items.length < 6) return;
    const texts = items.map((item) => {
      const branch = item.closest("details")?.querySelector("summary")?.textContent ?? "";
      return fold(`${item.querySelector("label")?.textContent ?? ""} ${branch} ${item.dataset.words ?? ""}`).split(/[^a-z0-9]+/);
    });
    const branches = [...this.querySelectorAll("details")];
    const opened = branches.map((branch) => branch.open);
    const input = make("input", { type: "search", id: "field-category-search", autocomplete: "off" });
    const told = make("p", { role: "status", class: "field-hint" });
    this.prepend(
      make("div", { class: "field" }, make("label", { for: input.id }, say("Chercher : lampe, trou, tag…", "Search: lamp, hole, graffiti…")), input, told),
    );
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    input.addEventListener("input", () => {
      const asked = fold(input.value).split(/[^a-z0-9]+/).filter((word) => word.length > 1);
      let count = 0;
      items.forEach((item, i) => {
        const isFound = asked.every((word) => texts[i]?.some((own) => own.startsWith(word)));
        item.hidden = !isFound;
        if (isFound) count++;
      });
      branches.forEach((branch, i) => {
        const isFound = [...branch.querySelectorAll("li")].some((item) => !item.hidden);
        branch.hidden = !isFound;
        branch.open = asked.length > 0 ? isFound : opened[i] ?? false;
      });
      told.textContent = asked.length === 0
        ? ""
        : count === 0
        ? say("Rien de ce nom : essayez un autre mot.", "Nothing by that name: try another word.")
        : say(`${count} choix`, `${count} choices`);
    });
  }
}
