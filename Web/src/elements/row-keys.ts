// SPDX-License-Identifier: EUPL-1.2

/**
 * `<row-keys>` around a list: j and k (or the arrows, while a row has the
 * focus) move over the rows, x ticks, Enter opens, and each button or link
 * with `data-key="a"` in the row is pressed by its letter; one outside the rows
 * with `data-list-key="A"` is for all that is ticked. The list itself stays an
 * ordinary table for whoever does not know the keys.
 */
export class RowKeys extends HTMLElement {
  #hear = (event: KeyboardEvent) => this.#key(event);

  connectedCallback() {
    document.addEventListener("keydown", this.#hear);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#hear);
  }

  #rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => !row.hidden);
  }

  #key(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const rows = this.#rows();
    const at = rows.findIndex((row) => row.ariaCurrent === "true");
    const row = rows[at];
    const inside = event.target instanceof Node && this.contains(event.target);
    switch (event.key) {
      case "j":
        return this.#go(rows, at + 1, event);
      case "k":
        return this.#go(rows, Math.max(at - 1, 0), event);
      case "ArrowDown":
        if (inside && row) this.#go(rows, at + 1, event);
        return;
      case "ArrowUp":
        if (inside && row) this.#go(rows, Math.max(at - 1, 0), event);
        return;
      case "x":
        row?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
        return;
      case "Enter":
        if (row && document.activeElement === row) row.querySelector<HTMLElement>("a[href]")?.click();
        return;
    }
    if (event.key.length !== 1) return;
    const letter = CSS.escape(event.key);
    const target = document.querySelector<HTMLElement>(`[data-list-key="${letter}"]`) ??
      row?.querySelector<HTMLElement>(`[data-key="${letter}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.localName === "details") (target as HTMLDetailsElement).open = true;
    (target.querySelector<HTMLElement>("summary") ?? target).focus();
    if (target.localName !== "details") target.click();
  }

  #go(rows: HTMLElement[], to: number, event: KeyboardEvent) {
    const row = rows[Math.min(to, rows.length - 1)];
    if (!row) return;
    event.preventDefault();
    rows.forEach((other) => other.ariaCurrent = other === row ? "true" : null);
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}

/** Is the reader writing? Then letters are text, not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.localName === "textarea" || target.localName === "select") return true;
  const kinds = ["checkbox", "radio", "button", "submit", "range"];
  return target instanceof HTMLInputElement && !kinds.includes(target.type);
}
