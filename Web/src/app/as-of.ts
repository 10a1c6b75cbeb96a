// SPDX-License-Identifier: EUPL-1.2
import { say } from "./words.ts";

/** `<as-of>`: on a page that the device kept, of when it is. */
export class AsOf extends HTMLElement {
  connectedCallback() {
    const kept = document.documentElement.dataset.kept;
    if (!kept) return;
    const at = new Date(kept).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    this.textContent = say(`Sans réseau : cette page est celle du ${at}.`, `No network: this page is of ${at}.`);
    document.querySelector("h1")?.after(this);
    this.className = "banner banner-warning";
  }
}
