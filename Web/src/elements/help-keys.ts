// SPDX-License-Identifier: EUPL-1.2
import { isTyping } from "./row-keys.ts";
import { say } from "./live.ts";

/** `?` opens the help of this page over it, `/` goes to the search, g then a letter goes to a page of the menu. */
export function hearHelpKeys() {
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (afterG > Date.now()) {
      const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(event.key)}"]`);
      afterG = 0;
      if (link) return link.click();
    }
    if (event.key === "g") afterG = Date.now() + 1500;
    if (event.key === "?") {
      event.preventDefault();
      openHelp();
    }
    if (event.key === "/") {
      const search = document.querySelector<HTMLInputElement>("input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest?.("a[rel=help]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openHelp();
  });
}

async function openHelp() {
  const link = document.querySelector<HTMLAnchorElement>("a[rel=help]");
  if (!link) return;
  const answer = await fetch(link.href).catch(() => null);
  if (!answer?.ok) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const text = page.querySelector("main");
  if (!text) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.className = "help-dialog";
  dialog.ariaLabel = say("Aide", "Help");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = say("Fermer (Échap)", "Close (Esc)");
  close.addEventListener("click", () => dialog.close());
  dialog.append(...text.children, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
