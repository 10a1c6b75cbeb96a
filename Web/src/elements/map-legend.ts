// SPDX-License-Identifier: EUPL-1.2
import type { RoomMapView } from "./maplibre.ts";
import { withoutStates } from "./map-view.ts";

/** The legend's boxes (`input[data-state]`): what is not ticked is not drawn, not counted, and written into the address. */
export class MapLegend {
  #hidden = new Set<string>();
  #cells: { layer: string; set: "setPaintProperty" | "setLayoutProperty"; name: string; value: unknown }[] = [];
  #filters = new Map<string, unknown>();
  /** When a shape of a tile is shown: as long as no delta has said otherwise. */
  #shown: unknown = 1;
  /** Whether the cells count without some states now: to set what is set already would read all tiles anew. */
  #isCounting = false;

  constructor(map: () => RoomMapView | null) {
    for (const box of document.querySelectorAll<HTMLInputElement>("input[data-state]")) {
      const key = box.dataset.state ?? "";
      if (!box.checked) this.#hidden.add(key);
      box.addEventListener("change", () => {
        if (box.checked) this.#hidden.delete(key);
        else this.#hidden.add(key);
        this.#write();
        const drawn = map();
        if (drawn) this.apply(drawn);
      });
    }
  }

  /** Whether a state is hidden, by its key: kind × 32 + state. */
  hides(key: string): boolean {
    return this.#hidden.has(key);
  }

  #write() {
    const query = new URLSearchParams(location.search);
    if (this.#hidden.size > 0) query.set("hide", [...this.#hidden].sort().join(" "));
    else query.delete("hide");
    const text = query.size > 0 ? `?${query}` : "";
    history.replaceState(null, "", `${location.pathname}${text}${location.hash}`);
  }

  /** Remembers how a style that the map has just taken on counts the cells of far zooms, before anything is hidden. */
  keep(map: RoomMapView) {
    const paint = (layer: string, name: string) =>
      ({ layer, set: "setPaintProperty", name, value: map.getPaintProperty(layer, name) }) as const;
    const layout = (layer: string, name: string) =>
      ({ layer, set: "setLayoutProperty", name, value: map.getLayoutProperty(layer, name) }) as const;
    this.#cells = [
      paint("cells", "circle-radius"),
      paint("abnormal", "circle-radius"),
      paint("abnormal", "circle-color"),
      layout("abnormal-marks", "icon-image"),
      layout("abnormal-marks", "icon-size"),
    ];
    for (const name of ["cells", "abnormal", "abnormal-marks"]) {
      this.#filters.set(name, map.getFilter(name) ?? [">", ["get", "n"], 0]);
    }
    this.#shown = map.getPaintProperty("marks", "icon-opacity");
    this.#isCounting = false;
  }

  /**
   * What the legend hides becomes transparent where single assets are drawn (a filter cannot read live state, a paint expression
   * can), and is not counted where cells are. The style has all assets transparent until they are all there: drawn tile by tile, the
   * first picture would take several times as long.
   */
  apply(map: RoomMapView) {
    const hidden = [...this.#hidden].map(Number);
    const seen = (key: unknown, otherwise: unknown) =>
      hidden.length === 0 ? otherwise : ["case", ["in", key, ["literal", hidden]], 0, otherwise];
    const key = ["coalesce", ["feature-state", "k"], ["get", "k"]];
    for (const name of ["circle-opacity", "circle-stroke-opacity"]) map.setPaintProperty("assets", name, seen(key, 1));
    map.setPaintProperty("marks", "icon-opacity", seen(key, this.#shown));
    map.setPaintProperty("fresh-marks", "icon-opacity", seen(["get", "k"], 1));
    if (hidden.length === 0 && !this.#isCounting) return;
    this.#isCounting = hidden.length > 0;
    for (const { layer, set, name, value } of this.#cells) map[set](layer, name, withoutStates(value, this.#hidden));
    for (const [name, filter] of this.#filters) map.setFilter(name, withoutStates(filter, this.#hidden));
  }
}
