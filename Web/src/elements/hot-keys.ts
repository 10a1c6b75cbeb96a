// SPDX-License-Identifier: EUPL-1.2
import { isTyping } from "./row-keys.ts";

/**
 * `<hot-keys>` around a page: what has `data-hotkey="t"` is pressed by its letter while nobody types: a field takes the
 * focus, a `details` opens at its first field, everything else is clicked. `ctrl-enter` works while typing, Escape
 * leaves a field so that letters are commands again. The keys stand on the things themselves.
 */
export class HotKeys extends HTMLElement {
  #hear = (event: KeyboardEvent) => this.#key(event);
  #press = (event: Event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) print();
  };

  connectedCallback() {
    document.addEventListener("keydown", this.#hear);
    this.addEventListener("change", fill);
    document.addEventListener("click", this.#press);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#hear);
    document.removeEventListener("click", this.#press);
  }

  #key(event: KeyboardEvent) {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.#go("ctrl-enter", event);
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && isTyping(event.target)) {
      (event.target as HTMLElement).blur();
      return;
    }
    if (event.key.length === 1 && !isTyping(event.target)) this.#go(event.key, event);
  }

  #go(name: string, event: KeyboardEvent) {
    const target = this.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(name)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.querySelector<HTMLElement>("select, textarea, input:not([type=hidden])")?.focus();
      target.scrollIntoView({ block: "nearest" });
    } else if (target.matches("input, textarea, select")) {
      target.focus();
      if (target instanceof HTMLInputElement) target.select();
    } else {
      target.click();
    }
  }
}

/** A choice of standard texts puts its text where it can still be changed; chosen again it adds. */
function fill(event: Event) {
  const choice = event.target;
  if (!(choice instanceof HTMLSelectElement) || !choice.dataset.fills) return;
  const field = document.getElementById(choice.dataset.fills);
  const text = (JSON.parse(choice.dataset.texts ?? "{}") as Record<string, string>)[choice.value];
  if (!(field instanceof HTMLTextAreaElement) || !text) return;
  field.value = [field.value.trim(), text].filter((part) => part !== "").join("\n\n");
  choice.value = "";
  field.focus();
}
