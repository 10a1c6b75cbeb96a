// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "./words.ts";

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  const out = new Uint8Array(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** `<push-choice>`: messages about a request to this device, where the browser can have them. */
export class PushChoice extends HTMLElement {
  #isOn = false;
  #error = "";

  async connectedCallback() {
    if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) return;
    this.#isOn = this.#marks().includes(this.#address) && await this.#subscription() !== null;
    this.#draw();
  }

  get #address() {
    return this.dataset.address ?? "";
  }

  #marks(): string[] {
    try {
      const all = JSON.parse(localStorage.getItem("vigie-push") ?? "[]");
      return Array.isArray(all) ? all : [];
    } catch {
      return [];
    }
  }

  #mark(isOn: boolean) {
    const others = this.#marks().filter((one) => one !== this.#address);
    try {
      localStorage.setItem("vigie-push", JSON.stringify((isOn ? [this.#address, ...others] : others).slice(0, 100)));
    } catch { /* a private window: the button is drawn as off the next time */ }
  }

  async #subscription(): Promise<PushSubscription | null> {
    const worker = await navigator.serviceWorker.getRegistration("/app");
    return await worker?.pushManager.getSubscription() ?? null;
  }

  async #send(body: unknown): Promise<boolean> {
    const answer = await fetch(this.#address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.ok;
  }

  async #turnOn() {
    if (await Notification.requestPermission() !== "granted") {
      this.#error = say("Le navigateur n'autorise pas les notifications.", "The browser allows no notifications.");
      return;
    }
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.getSubscription() ?? await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(this.dataset.key ?? ""),
    });
    if (!await this.#send(subscription.toJSON())) throw new Error("refused");
    this.#isOn = true;
  }

  async #turnOff() {
    const subscription = await this.#subscription();
    if (subscription && !await this.#send({ endpoint: subscription.endpoint, stop: true })) throw new Error("refused");
    this.#isOn = false;
  }

  #toggle = async () => {
    this.#error = "";
    try {
      await (this.#isOn ? this.#turnOff() : this.#turnOn());
      this.#mark(this.#isOn);
    } catch {
      this.#error = say("Les notifications n'ont pas pu être changées. Réessayez.", "The notifications could not be changed. Try again.");
    }
    this.#draw();
    this.querySelector("button")?.focus();
  };

  #draw() {
    const button = make(
      "button",
      { type: "button", class: "button", "aria-pressed": String(this.#isOn) },
      this.#isOn
        ? say("Ne plus me prévenir sur cet appareil", "No more messages to this device")
        : say("Me prévenir sur cet appareil", "Tell me on this device"),
    );
    button.addEventListener("click", this.#toggle);
    const said = make("div", { role: "status" });
    if (this.#error) said.append(make("p", { class: "field-error" }, this.#error));
    this.replaceChildren(button, said);
  }
}
