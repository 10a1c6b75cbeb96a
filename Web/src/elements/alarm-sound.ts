// SPDX-License-Identifier: EUPL-1.2
import { say } from "./live.ts";

/**
 * `<alarm-sound>`: a button that lets a new alarm of high priority be heard.
 * Off until somebody asks for it (browsers forbid otherwise, and a room has
 * many screens); the choice is kept on this machine. Two soft tones, once per
 * five seconds at most: a signal, not a siren (ISA-18.2 §11.5). Where the
 * browser keeps quiet, the button says so.
 */
export class AlarmSound extends HTMLElement {
  #context: AudioContext | null = null;
  #last = 0;

  connectedCallback() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.addEventListener("click", () => this.#toggle(button));
    this.replaceChildren(button);
    this.#draw(button);
    document.addEventListener("rownew", (event) => {
      const row = (event as CustomEvent<HTMLElement>).detail;
      if (Number(row.dataset.priority ?? 0) >= 3 && row.dataset.acknowledged !== "1") this.#sound();
    });
    for (const act of ["click", "keydown"]) document.addEventListener(act, () => this.#wake(button));
    this.#wake(button);
  }

  get #isOn(): boolean {
    return localStorage.getItem("vigie.sound") === "on";
  }

  #toggle(button: HTMLButtonElement) {
    localStorage.setItem("vigie.sound", this.#isOn ? "off" : "on");
    this.#last = 0;
    this.#draw(button);
    this.#wake(button).then(() => this.#sound());
  }

  /** 'On' is said only where the browser plays: after a reload it is mute until somebody touches the page. */
  #draw(button: HTMLButtonElement) {
    const isHeard = this.#context?.state === "running";
    button.ariaPressed = String(this.#isOn);
    button.textContent = !this.#isOn
      ? say("Son : coupé", "Sound: off")
      : isHeard
        ? say("Son : activé", "Sound: on")
        : say("Son : muet jusqu’à un clic ou une touche", "Sound: mute until a click or a key");
  }

  /** Ends when the browser plays: at once within a click, else at the next. */
  async #wake(button: HTMLButtonElement) {
    if (!this.#isOn) return;
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.addEventListener("statechange", () => this.#draw(button));
    }
    if (this.#context.state !== "running") await this.#context.resume();
  }

  #sound() {
    const context = this.#context;
    const now = performance.now();
    if (!this.#isOn || context?.state !== "running" || (this.#last > 0 && now - this.#last < 5000)) return;
    this.#last = now;
    [660, 880].forEach((pitch, i) => {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const at = context.currentTime + i * 0.22;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.22);
    });
  }
}
