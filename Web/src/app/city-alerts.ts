// SPDX-License-Identifier: EUPL-1.2

const EVERY = 10_000;

/** `<city-alerts>`: what everybody should know, asked for again while somebody looks. */
export class CityAlerts extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(() => void this.#look(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  async #look() {
    if (document.hidden || !navigator.onLine) return;
    try {
      const answer = await fetch("/app/alertes/bandeau", { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("city-alerts");
      if (!fresh || fresh.dataset.mark === this.dataset.mark) return;
      this.dataset.mark = fresh.dataset.mark ?? "";
      this.replaceChildren(...fresh.childNodes);
    } catch {
      // Without a network, what stands stays.
    }
  }
}
