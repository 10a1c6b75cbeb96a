// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";
import type { RoomMap } from "./room-map.ts";

/**
 * `<time-slider>` around the form that shows the map at another moment: with
 * script the map follows the slider, and a banner says all the while that this
 * is the past. The page itself works with `?at=` alone.
 */
export class TimeSlider extends HTMLElement {
  #timer = 0;
  #player = 0;

  connectedCallback() {
    const slider = this.querySelector<HTMLInputElement>("input[type=range]");
    if (!slider) return;
    this.hidden = false;
    slider.addEventListener("input", () => this.#slide(slider));
    this.querySelector("[data-now]")?.addEventListener("click", (event) => {
      event.preventDefault();
      slider.value = slider.max;
      this.#slide(slider);
    });
    this.querySelector("[data-play]")?.addEventListener("click", () => this.#play(slider));
    const at = Number(new URLSearchParams(location.search).get("at"));
    if (at > 0) slider.value = String(Math.round((at - Date.now()) / 1000));
    this.#label(slider, at > 0 ? at : null);
  }

  #slide(slider: HTMLInputElement) {
    const seconds = Number(slider.value);
    const at = seconds >= 0 ? null : Math.round((Date.now() + seconds * 1000) / 1000) * 1000;
    this.#label(slider, at);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(at), 150);
  }

  /** A minute of the past each half second, until now is reached. */
  #play(slider: HTMLInputElement) {
    if (this.#player) {
      clearInterval(this.#player);
      this.#player = 0;
      return;
    }
    this.#player = setInterval(() => {
      slider.value = String(Number(slider.value) + 60);
      this.#slide(slider);
      if (Number(slider.value) >= 0) {
        clearInterval(this.#player);
        this.#player = 0;
      }
    }, 500);
  }

  #label(slider: HTMLInputElement, at: number | null) {
    const words = at === null
      ? say("maintenant", "now")
      : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "medium" }).format(at);
    slider.ariaValueText = words;
    const output = this.querySelector("output");
    if (output) output.textContent = words;
    const banner = document.querySelector<HTMLElement>("[data-past-banner]");
    if (!banner) return;
    banner.hidden = at === null;
    const time = banner.querySelector("time");
    if (time && at !== null) {
      time.dateTime = new Date(at).toISOString();
      time.textContent = words;
    }
  }

  #show(at: number | null) {
    const query = new URLSearchParams(location.search);
    if (at === null) query.delete("at");
    else query.set("at", String(at));
    history.replaceState(null, "", `${location.pathname}${query.size > 0 ? `?${query}` : ""}${location.hash}`);
    document.querySelector<RoomMap>("room-map")?.show(at);
  }
}
