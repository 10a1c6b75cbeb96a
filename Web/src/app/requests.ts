// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "./words.ts";

/** A request that this device remembers: its link is the only way in, and is kept nowhere else. */
interface Kept {
  reference: string;
  link: string;
  title: string;
  at: number;
}

const NAME = "vigie-requests";

function kept(): Kept[] {
  try {
    const all = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(all) ? all.filter((one) => typeof one?.link === "string" && one.link.startsWith("/app/")) : [];
  } catch {
    return [];
  }
}

function write(all: Kept[]) {
  try {
    localStorage.setItem(NAME, JSON.stringify(all.slice(0, 100)));
  } catch { /* a private window: the link itself remains */ }
}

export function remember(one: Kept) {
  write([one, ...kept().filter((other) => other.link !== one.link)]);
}

/** `<kept-request>`: a page opened by its link is remembered on this device. */
export class KeptRequest extends HTMLElement {
  connectedCallback() {
    const { reference = "", link = "", title = "" } = this.dataset;
    if (!kept().some((one) => one.link === link)) remember({ reference, link, title, at: Date.now() });
  }
}

/** `<follow-public>`: puts somebody else's public report among those that this device follows. */
export class FollowPublic extends HTMLElement {
  connectedCallback() {
    const { reference = "", link = "", title = "" } = this.dataset;
    const button = make("button", { type: "button", class: "button" });
    const draw = () => {
      const isKept = kept().some((one) => one.link === link);
      button.textContent = isKept ? say("Ne plus suivre", "Follow no more") : say("Suivre", "Follow");
      button.setAttribute("aria-pressed", String(isKept));
    };
    button.addEventListener("click", () => {
      if (kept().some((one) => one.link === link)) write(kept().filter((one) => one.link !== link));
      else remember({ reference, link, title, at: Date.now() });
      draw();
    });
    draw();
    this.append(button);
  }
}

/** `<my-requests>`: the list of what this device remembers. */
export class MyRequests extends HTMLElement {
  connectedCallback() {
    const all = kept();
    if (all.length === 0) {
      this.replaceChildren(
        make("p", { class: "empty-state" }, say("Aucune demande sur cet appareil.", "No request on this device.")),
      );
      return;
    }
    const forget = make("button", { type: "button", class: "button" }, say("Oublier cette liste", "Forget this list"));
    forget.addEventListener("click", () => {
      write([]);
      this.connectedCallback();
    });
    this.replaceChildren(
      make(
        "ul",
        { class: "around" },
        ...all.map((one) =>
          make(
            "li",
            {},
            make("a", { href: one.link }, one.title),
            make("p", { class: "quiet" }, `${one.reference} · ${new Date(one.at).toLocaleDateString(document.documentElement.lang)}`),
          )
        ),
      ),
      forget,
    );
  }
}
