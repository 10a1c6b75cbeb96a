// SPDX-License-Identifier: EUPL-1.2
import { live, say } from "./live.ts";
import { boxOf, FirstPicture } from "./map-first.ts";
import { type Feature, loadMapLibre, type MapEvent, type RoomMapView } from "./maplibre.ts";
import { cells, readDeltas, readView, type View, writeView } from "./map-view.ts";
import { MapLegend } from "./map-legend.ts";
import { MapMarks } from "./map-marks.ts";
import { MapSelection } from "./map-selection.ts";

const LEAST_ZOOM = 7;

/**
 * `<room-map>`: the city alive. It upgrades the server's own overview (a drawing
 * and a table by commune), which stays where the browser cannot draw maps.
 * Places come as vector tiles, changes as short lines over the stream for the
 * cells in view, put on by feature state: no tile is fetched again for them.
 */
export class RoomMap extends HTMLElement {
  map: RoomMapView | null = null;
  selection: MapSelection | null = null;
  #stops = new Map<string, () => void>();
  #past: number | null = null;
  #marks = new MapMarks();
  /** News from before the map could take any, and whether some was lost then. */
  #early: string[] = [];
  #isStale = false;
  #legend = new MapLegend(() => this.map);

  connectedCallback() {
    this.#start().catch((reason: unknown) => this.#cannot(String(reason)));
  }

  async #start() {
    // A context made only to ask would cost the graphics' start twice: where it cannot be had, the map below throws.
    if (!("WebGL2RenderingContext" in globalThis)) return this.#cannot("WebGL");
    this.#past = Number(this.dataset.at) || null;
    const view = this.#firstView();
    const stage = (this.parentElement ?? this).getBoundingClientRect();
    // Heard from the start, so that what changes while the first tiles travel is not lost.
    this.#hear(this.#past === null && view.zoom >= 13 ? cells(boxOf(view, stage)) : []);
    live.onReturn(() => this.reload());
    const first = new FirstPicture(this.#style(), view, stage);
    const library = await loadMapLibre();
    library.prewarm();
    first.register(library);
    await pageSeen();
    document.documentElement.dataset.map = "starting";
    const holder = document.createElement("div");
    holder.className = "map-canvas";
    this.append(holder);
    const map = new library.Map({
      container: holder,
      style: first.style,
      transformRequest: (address: string) => first.transform(address),
      validateStyle: false,
      canvasContextAttributes: { contextType: "webgl2" },
      center: [view.longitude, view.latitude],
      zoom: view.zoom,
      minZoom: LEAST_ZOOM,
      maxZoom: 20,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      locale: this.#words(),
    });
    this.map = map;
    map.boxZoom.disable();
    map.keyboard.disableRotation();
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
    map.getCanvas().setAttribute("aria-label", this.dataset.label ?? "");
    this.selection = new MapSelection(this, map);
    map.on("style.load", () => void this.#marks.give(map));
    // All is there and in its place: assets are shown now, in one frame.
    map.once("idle", () => {
      this.dataset.ready = "yes";
      this.#legend.keep(map);
      this.#legend.apply(map);
      this.#moved();
      first.forget();
      if (this.#isStale) this.reload();
      this.#early.splice(0).forEach((news) => this.#take(news));
      map.on("idle", () => {
        document.documentElement.dataset.map = "on";
        this.dataset.idle = String(Number(this.dataset.idle ?? 0) + 1);
      });
    });
    map.on("moveend", () => this.#moved());
    map.on("error", (event) => this.dataset.error = event.error?.message ?? "?");
    addEventListener("hashchange", () => this.#goTo(readView(location.hash)));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyle());
    document.documentElement.addEventListener("themechange", () => this.#restyle());
  }

  /** The view that the address asks for; else the whole city. */
  #firstView(): View {
    const [longitude = 5.04, latitude = 47.32, zoom = 11] = (this.dataset.view ?? "5.04,47.32,11").split(",").map(Number);
    const view = readView(location.hash) ?? { longitude, latitude, zoom };
    return { ...view, zoom: Math.max(view.zoom, LEAST_ZOOM) };
  }

  /** Says why there is no map and leaves the overview and the list. */
  #cannot(why: string) {
    this.dataset.failed = why;
    this.querySelector(".map-canvas")?.remove();
    document.documentElement.dataset.map = "off";
  }

  #style(): string {
    const query = new URLSearchParams({ theme: currentTheme() });
    if (this.#past !== null) query.set("at", String(this.#past));
    return `${this.dataset.style ?? "/console/map/style.json"}?${query}`;
  }

  #restyle() {
    const map = this.map;
    if (!map) return;
    map.setStyle(this.#style(), { diff: false });
    map.once("idle", () => {
      this.#legend.keep(map);
      this.#legend.apply(map);
      this.selection?.draw();
    });
  }

  /** Fetches the tiles anew: after the stream was away, or for another moment in time. */
  reload() {
    this.#isStale = this.dataset.ready === undefined;
    const source = this.map?.getSource("live");
    if (!source || !this.map || this.#isStale) return;
    const at = this.#past === null ? "" : `&at=${this.#past}`;
    source.setTiles([`${location.origin}/tiles/live/{z}/{x}/{y}.mvt?v=${Date.now()}${at}`]);
    this.map.removeFeatureState({ source: "live", sourceLayer: "assets" });
    this.#marks.clear(this.map);
    this.selection?.draw();
  }

  /** Shows the city as it was; null is now. The deltas of now stay silent meanwhile. */
  show(past: number | null) {
    this.#past = past;
    this.reload();
    this.#moved();
    this.selection?.refresh();
  }

  /** The moment on the screen in milliseconds since 1970; null is now. */
  get past(): number | null {
    return this.#past;
  }

  #goTo(view: { zoom: number; latitude: number; longitude: number } | null) {
    if (!view || !this.map) return;
    const here = this.map.getCenter();
    const same = Math.abs(here.lng - view.longitude) < 1e-5 && Math.abs(here.lat - view.latitude) < 1e-5;
    if (same && Math.abs(this.map.getZoom() - view.zoom) < 0.01) return;
    this.map.jumpTo({ center: [view.longitude, view.latitude], zoom: view.zoom });
  }

  #moved() {
    const map = this.map;
    if (!map) return;
    const centre = map.getCenter();
    const hash = writeView({ zoom: map.getZoom(), latitude: centre.lat, longitude: centre.lng });
    history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-keeps-view]")) link.hash = hash;
    const box = map.getBounds();
    const wanted = this.#past === null && map.getZoom() >= 13
      ? cells({ west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() })
      : [];
    this.#hear(wanted);
    if (this.#past === null) this.#watchCounts(map.getZoom() < 13);
  }

  #hear(wanted: string[]) {
    for (const [cell, stop] of this.#stops) {
      if (!wanted.includes(cell)) {
        stop();
        this.#stops.delete(cell);
      }
    }
    for (const cell of wanted) {
      // Of somebody who sees some communes only: the part of the topic that is theirs.
      const topic = `map/${cell}${this.dataset.part ?? ""}`;
      if (!this.#stops.has(cell)) this.#stops.set(cell, live.hear(topic, (news) => this.#take(news)));
    }
  }

  #countsTimer = 0;
  /** Far out the cells carry counts: they are fetched anew every few seconds while the page is seen. */
  #watchCounts(on: boolean) {
    clearInterval(this.#countsTimer);
    if (!on) return;
    this.#countsTimer = setInterval(() => {
      if (document.visibilityState === "visible" && this.#past === null) this.reload();
    }, 10000);
  }

  #take(news: string) {
    if (this.dataset.ready === undefined) return void this.#early.push(news);
    if (this.#past !== null || !this.map) return;
    for (const delta of readDeltas(news)) {
      const { number, kind, state, level } = delta;
      this.map.setFeatureState({ source: "live", sourceLayer: "assets", id: number }, { k: kind * 32 + state, level });
      this.#marks.take(delta, this.map);
    }
    this.dataset.deltas = String(Number(this.dataset.deltas ?? 0) + 1);
  }

  /** Assets on the screen under a point or in a rectangle, without those that the legend hides. */
  drawn(where: unknown): Feature[] {
    const found = this.map?.queryRenderedFeatures(where, { layers: ["assets"] }) ?? [];
    return found.filter((feature) => !this.#legend.hides(String(feature.properties.k ?? "")));
  }

  #words(): Record<string, string> {
    return {
      "NavigationControl.ZoomIn": say("Agrandir", "Zoom in"),
      "NavigationControl.ZoomOut": say("Réduire", "Zoom out"),
      "Map.Title": say("Carte", "Map"),
      "ScaleControl.Meters": "m",
      "ScaleControl.Kilometers": "km",
    };
  }

  zoomInto(event: MapEvent) {
    this.map?.flyTo({
      center: [event.lngLat.lng, event.lngLat.lat],
      zoom: Math.max(this.map.getZoom() + 2, 13.2),
      duration: 400,
    });
  }
}

export function currentTheme(): string {
  const chosen = document.documentElement.dataset.theme ?? "";
  if (chosen === "dark" || chosen === "light") return chosen;
  if (chosen === "wall") return "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * The graphics start once the page stands and was drawn: what the browser draws meanwhile, its own sign of loading too, is time that they
 * would wait for in one long step, which holds up the tiles and the worker that reads them.
 */
async function pageSeen() {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
}
