// SPDX-License-Identifier: EUPL-1.2
import { loadMapLibre, type RoomMapView } from "../elements/maplibre.ts";
import type { Choice } from "./place-map.ts";
import { make, say } from "./words.ts";

/** The map itself: the place in the middle, what may be meant around it. */
export class PlaceView {
  readonly #map: RoomMapView;
  readonly #element: HTMLElement;

  private constructor(map: RoomMapView, element: HTMLElement) {
    [this.#map, this.#element] = [map, element];
  }

  /** Rejects where the map cannot be drawn. */
  static async open(
    element: HTMLElement,
    at: [number, number],
    moved: (longitude: number, latitude: number) => void,
    chose: (index: number) => void,
  ): Promise<PlaceView> {
    const maps = await loadMapLibre();
    const holder = make("div", { class: "around-canvas", role: "group", "aria-label": say("Carte du lieu", "Map of the place") });
    element.append(holder);
    const isDark = getComputedStyle(document.documentElement).colorScheme.includes("dark") &&
      (document.documentElement.dataset.theme !== "auto" || matchMedia("(prefers-color-scheme: dark)").matches);
    const map = new maps.Map({
      container: holder,
      style: `/app/around/style.json?theme=${isDark ? "dark" : "light"}`,
      center: at,
      zoom: 17.5,
      minZoom: 11,
      maxZoom: 19.5,
      attributionControl: false,
      dragRotate: false,
    });
    map.addControl(new maps.NavigationControl({ showCompass: false }));
    try {
      await new Promise<void>((done, fail) => {
        map.once("load", done);
        map.on("error", (event) => fail(event.error ?? new Error("map")));
      });
    } catch (error) {
      holder.remove();
      throw error;
    }
    map.on("click", (event) => {
      const near = [[event.point.x - 12, event.point.y - 12], [event.point.x + 12, event.point.y + 12]];
      const index = map.queryRenderedFeatures(near, { layers: ["around"] }).map((one) => one.properties.index ?? -1).find((one) => one >= 0);
      if (index !== undefined) chose(index);
      else moved(event.lngLat.lng, event.lngLat.lat);
    });
    return new PlaceView(map, element);
  }

  draw(at: [number, number], choices: Choice[], chosen: number) {
    const point = (coordinates: [number, number], sort: string, index: number) => ({
      type: "Feature",
      properties: { sort, index },
      geometry: { type: "Point", coordinates },
    });
    this.#map.getSource("around")?.setData({
      type: "FeatureCollection",
      features: [
        ...choices.map((one, i) => point([one.longitude, one.latitude], i === chosen ? "outage" : "report", i)),
        point(at, "me", -1),
      ],
    });
    this.#element.dataset.drawn = String(choices.length);
  }
}
