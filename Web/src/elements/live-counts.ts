// SPDX-License-Identifier: EUPL-1.2
import { live } from "./live.ts";

/**
 * `<live-counts topic="counts">`: figures in the page that follow the stream.
 * Each line of the news is `name value`; it goes into the elements with
 * `data-count="name"`, and `data-zero` on them tells the style that all is well.
 */
export class LiveCounts extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback() {
    const topic = this.getAttribute("topic");
    if (topic) this.#stop = live.hear(topic, (news) => {
        if (this.dataset.paused === undefined) this.write(news);
      });
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  /** Puts figures in their places; `data-paused` keeps those of the stream away, those of a moment of the past come through here. */
  write(news: string) {
    const places = new Map<string, HTMLElement[]>();
    for (const place of document.querySelectorAll<HTMLElement>("[data-count]")) {
      const name = place.dataset.count ?? "";
      places.set(name, [...places.get(name) ?? [], place]);
    }
    const figures = new Intl.NumberFormat(document.documentElement.lang);
    for (const line of news.split("\n")) {
      const at = line.indexOf(" ");
      const name = line.slice(0, at);
      const value = line.slice(at + 1);
      for (const place of places.get(name) ?? []) {
        if (place.dataset.words) {
          say(place, value);
          continue;
        }
        const number = Number(value);
        place.textContent = Number.isFinite(number) ? figures.format(number) : value;
        if (place instanceof HTMLMeterElement || place instanceof HTMLProgressElement) place.value = number;
        place.toggleAttribute("data-zero", number === 0);
      }
    }
  }
}

/** A level is a word: the element knows the words (`busy=Busy;flood=Flood`), what stands round it takes the level's colour. */
function say(place: HTMLElement, level: string) {
  for (const pair of (place.dataset.words ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at) === level) place.textContent = pair.slice(at + 1);
  }
  place.closest("[data-level]")?.setAttribute("data-level", level);
}
