// SPDX-License-Identifier: EUPL-1.2
import { live } from "./live.ts";

/**
 * `<live-list topic="alarms" keep="500">` around a table or list: rows that
 * arrive as HTML take the place of the row with the same id, new ones come in
 * at their place by `data-sort` (largest first), and `data-gone` takes a row
 * away. Several topics stand with spaces between. Without script the same
 * list is simply reloaded.
 *
 * `match` holds what the page's filter lets through: `data-` names of a row
 * and their allowed values, as in `priority=3 4;state=raised`.
 *
 * `<live-list id="ledger" follow="orders" about="order-7">` takes no rows: at
 * news on the topic (that holds the text, where one is given) it fetches its
 * rows anew from the page's own address, at most once in two seconds, or in `pause` milliseconds.
 * What it then shows with `data-mine` is what the reader was sent for: where the page has nothing else open, it goes there.
 */
export class LiveList extends HTMLElement {
  #stops: (() => void)[] = [];
  #wanted = new Map<string, Set<string>>();

  connectedCallback() {
    this.#wanted = readMatch(this.getAttribute("match") ?? "");
    const topics = (this.getAttribute("topic") ?? "").split(" ").filter((topic) => topic !== "");
    this.#stops = topics.map((topic) => live.hear(topic, (news) => this.take(news)));
    const follow = this.getAttribute("follow");
    if (follow) {
      const about = this.getAttribute("about") ?? "";
      this.#stops.push(live.hear(follow, (news) => {
        if (news.includes(about)) this.#refreshSoon();
      }));
    }
    if (this.#stops.length > 0) live.onReturn(() => this.refresh());
  }

  disconnectedCallback() {
    this.#stops.splice(0).forEach((stop) => stop());
  }

  get body(): Element | null {
    return this.querySelector("[data-rows]");
  }

  #refreshing = 0;
  #refreshSoon() {
    this.#refreshing ||= setTimeout(() => {
      this.#refreshing = 0;
      this.refresh();
    }, Number(this.getAttribute("pause") ?? 2000));
  }

  /** Rows from the stream, in the server's own HTML. */
  take(html: string) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    for (const row of [...holder.content.children]) {
      if (row instanceof HTMLElement) this.#put(row);
    }
    this.#trim();
    this.#recount();
    this.dispatchEvent(new CustomEvent("rowschange", { bubbles: true }));
  }

  #put(row: HTMLElement) {
    const old = document.getElementById(row.id);
    const stays = row.dataset.gone === undefined && this.#matches(row);
    if (!stays) {
      if (old && this.contains(old)) old.remove();
      return;
    }
    if (old && this.contains(old)) {
      keepWhatTheReaderDid(old, row);
      const had = old.contains(document.activeElement);
      const name = (document.activeElement as HTMLInputElement | null)?.name;
      const changed = old.textContent !== row.textContent;
      old.replaceWith(row);
      if (had && name) row.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus();
      else if (had) row.focus();
      if (changed) row.classList.add("is-changed");
      if (old.dataset.sort === row.dataset.sort) return;
    } else {
      row.classList.add("is-new");
      this.dispatchEvent(new CustomEvent("rownew", { bubbles: true, detail: row }));
    }
    this.#place(row);
  }

  #place(row: HTMLElement) {
    const body = this.body;
    if (!body) return;
    const key = row.dataset.sort ?? "";
    const after = [...body.children].find((other) =>
      other !== row && ((other as HTMLElement).dataset.sort ?? "") < key
    );
    body.insertBefore(row, after ?? null);
    this.querySelector<HTMLElement>("[data-empty]")?.toggleAttribute("hidden", true);
  }

  #matches(row: HTMLElement): boolean {
    for (const [name, values] of this.#wanted) {
      const has = (row.dataset[name] ?? "").split(" ");
      if (!has.some((value) => values.has(value))) return false;
    }
    return true;
  }

  #trim() {
    const keep = Number(this.getAttribute("keep") ?? 0);
    const body = this.body;
    while (keep > 0 && body && body.children.length > keep) body.lastElementChild?.remove();
    if (body) this.querySelector<HTMLElement>("[data-empty]")?.toggleAttribute("hidden", body.children.length > 0);
  }

  #recounting = 0;
  /** The figures on the filters of this page follow, at most every three seconds. */
  #recount() {
    if (this.#recounting || !document.querySelector("nav.filters")) return;
    this.#recounting = setTimeout(async () => {
      this.#recounting = 0;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
      if (!answer?.ok) return;
      this.#takeFilters(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }, 3000);
  }

  #takeFilters(page: Document) {
    const fresh = [...page.querySelectorAll("nav.filters")];
    document.querySelectorAll("nav.filters").forEach((old, i) => {
      if (fresh[i] && !old.contains(document.activeElement)) old.replaceWith(fresh[i]);
    });
  }

  /** The page as the server has it now, in place of this list. */
  async refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const mine = this.id ? page.getElementById(this.id) : page.querySelector(this.localName);
    const fresh = mine?.querySelector("[data-rows]");
    if (fresh && this.body) {
      for (const row of fresh.querySelectorAll<HTMLElement>("[id]")) {
        const old = document.getElementById(row.id);
        if (old) keepWhatTheReaderDid(old, row);
      }
      const focused = this.body.contains(document.activeElement) ? document.activeElement?.id : "";
      this.body.replaceWith(fresh);
      if (focused) document.getElementById(focused)?.focus();
      const mine = fresh.querySelector<HTMLAnchorElement>("a[data-mine]");
      if (mine) location.assign(mine.href);
    }
    this.#takeFilters(page);
    this.#trim();
  }
}

/** A tick, an opened detail and the cursor of the keyboard survive a new rendering. */
function keepWhatTheReaderDid(old: HTMLElement, row: HTMLElement) {
  for (const box of old.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked")) {
    const same = row.querySelector<HTMLInputElement>(`input[value="${CSS.escape(box.value)}"]`);
    if (same) same.checked = true;
  }
  const open = old.querySelectorAll("details");
  row.querySelectorAll("details").forEach((detail, i) => detail.open = open[i]?.open ?? false);
  if (old.ariaCurrent) row.ariaCurrent = old.ariaCurrent;
}

/** `priority=3 4;state=raised` as names and allowed values. */
export function readMatch(text: string): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const part of text.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) wanted.set(part.slice(0, at), new Set(part.slice(at + 1).split(" ")));
  }
  return wanted;
}
