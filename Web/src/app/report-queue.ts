// SPDX-License-Identifier: EUPL-1.2
import { flush, forget, later, waiting } from "./queue.ts";
import { remember } from "./requests.ts";
import { make, say } from "./words.ts";

/** `<report-queue>`: what waits on this device, sent as soon as there is a network; what the city refused, with its reason. */
export class ReportQueue extends HTMLElement {
  #refused = new Map<string, string>();
  #sent: { reference: string; link: string; title: string }[] = [];

  connectedCallback() {
    addEventListener("online", this.#go);
    addEventListener("offline", this.#draw);
    document.addEventListener("visibilitychange", this.#go);
    addEventListener("report-waits", this.#draw);
    this.#go();
  }

  #go = async () => {
    if (document.visibilityState === "hidden") return;
    await flush(async (one, sent) => {
      if (sent.is === "kept") {
        remember({ reference: sent.reference, link: sent.link, title: one.title, at: one.at });
        await forget(one.key);
        this.#sent.push({ reference: sent.reference, link: sent.link, title: one.title });
      }
      if (sent.is === "waiting") later();
      if (sent.is === "wrong") this.#refused.set(one.key, sent.errors.map((error) => error.message).join(" ") || sent.detail);
    }).catch(() => undefined);
    await this.#draw();
  };

  #draw = async () => {
    const all = (await waiting().catch(() => [])).filter((one) => !one.sent);
    const lines: HTMLElement[] = [];
    const isAlone = "SyncManager" in globalThis;
    for (const one of this.#sent) {
      lines.push(make("p", { class: "banner banner-success" }, make("span", {}, say("Envoyé : ", "Sent: "), make("a", { href: one.link }, `${one.title} (${one.reference})`))));
    }
    for (const one of all) {
      const reason = this.#refused.get(one.key);
      const drop = make("button", { type: "button", class: "button" }, say("Supprimer", "Delete"));
      drop.addEventListener("click", async () => {
        await forget(one.key);
        await this.#draw();
      });
      lines.push(make(
        "div",
        { class: reason ? "banner banner-alarm" : "banner banner-warning", "data-waiting": one.key },
        make("p", {}, reason
          ? say(`« ${one.title} » n'est pas accepté : ${reason}`, `'${one.title}' is not accepted: ${reason}`)
          : say(`« ${one.title} » attend le réseau. Il part tout seul dès que le réseau revient${isAlone ? "" : " et que cette page est ouverte"}.`, `'${one.title}' waits for the network. It goes by itself once there is one${isAlone ? "" : " and this page is open"}.`)),
        drop,
      ));
    }
    if (!navigator.onLine && all.length === 0) {
      lines.push(make("p", { class: "banner banner-info" }, say("Pas de réseau : vous pouvez signaler quand même.", "No network: you can report all the same.")));
    }
    this.replaceChildren(...lines);
  };
}
