// SPDX-License-Identifier: EUPL-1.2
import type { PlaceView } from "./place-view.ts";
import { make, say } from "./words.ts";

/** What may be meant: equipment near the place, in the order of the list. */
export interface Choice {
  longitude: number;
  latitude: number;
}

/**
 * A button under the address that fetches a small map: a tap on a lamp chooses it in the list, a tap elsewhere moves
 * the place. Nothing of the map is fetched before; the address and the list say the same without it.
 */
export class PlaceMap {
  readonly element = make("div", { class: "place-map", hidden: "" });
  #note = make("p", { class: "field-hint", role: "status" });
  #at: [number, number] | null = null;
  #choices: Choice[] = [];
  #chosen = -1;
  #view: PlaceView | null = null;

  constructor(moved: (longitude: number, latitude: number) => void, chose: (index: number) => void) {
    if (!("WebGL2RenderingContext" in globalThis)) return;
    const button = make("button", { type: "button", class: "button" }, say("Préciser sur une carte (300 Ko)", "Point it out on a map (300 KB)"));
    button.addEventListener("click", async () => {
      if (!this.#at) return;
      button.disabled = true;
      this.#note.textContent = say("La carte arrive…", "The map is coming…");
      try {
        const { PlaceView } = await import("./place-view.ts");
        this.#view = await PlaceView.open(this.element, this.#at, moved, chose);
        button.remove();
        this.#note.textContent = say(
          "Touchez la carte pour déplacer le lieu, ou un point pour choisir l'équipement. La liste et l'adresse font de même.",
          "Tap the map to move the place, or a point to choose the equipment. The list and the address do the same.",
        );
        this.#draw();
      } catch {
        button.disabled = false;
        this.#note.textContent = say("La carte ne peut pas s'afficher ; l'adresse et la liste suffisent.", "The map cannot be shown; the address and the list suffice.");
      }
    });
    this.element.append(button, this.#note);
  }

  /** Where it is; null: not known, nothing to show. */
  place(at: [number, number] | null) {
    this.#at = at;
    this.element.hidden = !at || this.element.childElementCount === 0;
    this.#draw();
  }

  /** @param chosen which of them is meant; -1: not known. */
  offer(choices: Choice[], chosen: number) {
    [this.#choices, this.#chosen] = [choices, chosen];
    this.#draw();
  }

  #draw() {
    if (this.#at) this.#view?.draw(this.#at, this.#choices, this.#chosen);
  }
}
