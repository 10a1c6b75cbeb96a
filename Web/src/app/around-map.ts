// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "./words.ts";

/**
 * `<around-map>`: a button that fetches a map of what the list below it says. Nothing
 * of the map is fetched before the tap: the list is the whole answer.
 */
export class AroundMap extends HTMLElement {
  connectedCallback() {
    this.dataset.ready = "";
    if (!("WebGL2RenderingContext" in globalThis)) return;
    const button = make("button", { type: "button", class: "button" }, say("Voir sur une carte (300 Ko)", "Show on a map (300 KB)"));
    const note = make("p", { class: "field-hint", role: "status" });
    button.addEventListener("click", async () => {
      button.disabled = true;
      note.textContent = say("La carte arrive…", "The map is coming…");
      try {
        const { showAround } = await import("./around-view.ts");
        await showAround(this);
        button.remove();
        note.textContent = say("Touchez un point pour aller à sa ligne dans la liste.", "Tap a point to go to its line in the list.");
      } catch {
        button.disabled = false;
        note.textContent = say("La carte ne peut pas s'afficher ; la liste dit la même chose.", "The map cannot be shown; the list says the same.");
      }
    });
    this.append(button, note);
  }
}
