// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";
import type { LiveCounts } from "./live-counts.ts";
import type { RoomMap } from "./room-map.ts";

/**
 * `<time-slider>` around the form that shows the map at another moment: with
 * script the map and the legend follow the slider, and a banner says all the
 * while that this is the past. The page itself works with `?at=` alone.
 */
export class TimeSlider extends HTMLElement {
  #timer = 0;
  #player = 0;
  #asked = 0;
  /** The room's clock ahead of this computer's, in milliseconds: an exercise may run ahead. */
  #ahead = 0;

  connectedCallback() {
    const slider = this.querySelector<HTMLInputElement>("input[type=range]");
    if (!slider) return;
    this.#ahead = Number(this.dataset.nowMs ?? Date.now()) - Date.now();
    for (const part of this.querySelectorAll<HTMLElement>("[data-scripted]")) part.hidden = false;
    slider.addEventListener("input", () => {
      this.#stop();
      this.#slide(slider);
    });
    document.querySelector("[data-past-banner] [data-now]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#stop();
      slider.value = slider.max;
      this.#slide(slider);
      slider.focus();
    });
    this.querySelector("[data-play]")?.addEventListener("click", () => this.#play(slider));
    const at = Number(this.dataset.at) || null;
    if (at !== null) this.#keepAddress(at);
    this.#label(slider, at);
  }

  disconnectedCallback() {
    this.#stop();
  }

  #now(): number {
    return Date.now() + this.#ahead;
  }

  #slide(slider: HTMLInputElement) {
    const seconds = Number(slider.value);
    const at = seconds >= 0 ? null : Math.floor(this.#now() / 1000 + seconds) * 1000;
    this.#label(slider, at);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(at), 150);
  }

  /** A minute of the past each half second, until now is reached. */
  #play(slider: HTMLInputElement) {
    if (this.#player) return this.#stop();
    if (Number(slider.value) >= 0) slider.value = slider.min;
    this.querySelector<HTMLElement>("[data-play]")!.ariaPressed = "true";
    this.#player = setInterval(() => {
      slider.value = String(Number(slider.value) + 60);
      this.#slide(slider);
      if (Number(slider.value) >= 0) this.#stop();
    }, 500);
  }

  #stop() {
    clearInterval(this.#player);
    this.#player = 0;
    const button = this.querySelector<HTMLElement>("[data-play]");
    if (button) button.ariaPressed = "false";
  }

  #label(slider: HTMLInputElement, at: number | null) {
    const words = at === null
      ? say("maintenant", "now")
      : new Intl.DateTimeFormat(document.documentElement.lang, {
        dateStyle: "short",
        timeStyle: "medium",
        timeZone: "Europe/Paris",
      }).format(at);
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
    this.#keepAddress(at);
    document.querySelector<RoomMap>("room-map")?.show(at);
    this.#count(at).catch(() => {});
  }

  #keepAddress(at: number | null) {
    const query = new URLSearchParams(location.search);
    if (at === null) query.delete("at");
    else query.set("at", String(at));
    history.replaceState(null, "", `${location.pathname}${query.size > 0 ? `?${query}` : ""}${location.hash}`);
  }

  /** The legend counts the same moment as the map shows; an answer that was overtaken is dropped. */
  async #count(at: number | null) {
    const counts = document.querySelector<LiveCounts>("live-counts");
    if (!counts) return;
    if (at === null) delete counts.dataset.paused;
    else counts.dataset.paused = "";
    const turn = ++this.#asked;
    const answer = await fetch(`/api/map/counts${at === null ? "" : `?at=${at}`}`);
    if (answer.ok && turn === this.#asked) counts.write(await answer.text());
  }
}
