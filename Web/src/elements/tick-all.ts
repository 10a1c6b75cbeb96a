// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";

/**
 * `<tick-all>` around rows with check boxes: one box in the head ticks all that
 * are shown, Shift ticks a span, and the bar below says how many are ticked.
 */
export class TickAll extends HTMLElement {
  #last: HTMLInputElement | null = null;

  connectedCallback() {
    const all = this.querySelector<HTMLInputElement>("input[data-all]");
    if (all) all.hidden = false;
    this.addEventListener("change", (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
      if (box === all) this.#boxes().forEach((other) => other.checked = box.checked);
      this.#tell(all);
    });
    this.addEventListener("click", (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || box === all) return;
      if (event.shiftKey && this.#last) this.#span(this.#last, box);
      this.#last = box;
      this.#tell(all);
    });
    this.#tell(all);
  }

  #boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("[data-rows] input[type=checkbox]")];
  }

  #span(from: HTMLInputElement, to: HTMLInputElement) {
    const boxes = this.#boxes();
    const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    if (start === undefined || end === undefined || start < 0) return;
    boxes.slice(start, end + 1).forEach((box) => box.checked = to.checked);
  }

  #tell(all: HTMLInputElement | null) {
    const boxes = this.#boxes();
    const count = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const place = this.querySelector<HTMLElement>("[data-ticked]");
    if (place) place.textContent = count === 0 ? "" : say(`${count} cochée${count > 1 ? "s" : ""}`, `${count} ticked`);
  }
}
