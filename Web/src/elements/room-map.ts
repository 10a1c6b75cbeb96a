// SPDX-License-Identifier: EUPL-1.2
import { live, say } from "./live.ts";
import { type Feature, loadMapLibre, type MapEvent, type RoomMapView } from "./maplibre.ts";
import { cells, readDeltas, readView, withoutStates, writeView } from "./map-view.ts";
import { MapSelection } from "./map-selection.ts";

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
  #hidden = new Set<string>();
  #past: number | null = null;

  connectedCallback() {
    this.#start().catch((reason: unknown) => this.#cannot(String(reason)));
  }

  async #start() {
    if (!hasWebGL()) return this.#cannot("WebGL");
    this.#past = Number(this.dataset.at) || null;
    const library = await loadMapLibre(this.dataset.library ?? "");
    const holder = document.createElement("div");
    holder.className = "map-canvas";
    this.append(holder);
    const view = readView(location.hash);
    const [longitude, latitude, zoom] = (this.dataset.view ?? "5.04,47.32,11").split(",").map(Number);
    const map = new library.Map({
      container: holder,
      style: this.#style(),
      center: view ? [view.longitude, view.latitude] : [longitude, latitude],
      zoom: view?.zoom ?? zoom,
      minZoom: 7,
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
    map.on("load", () => {
      this.dataset.ready = "yes";
      document.documentElement.dataset.map = "on";
      this.#keepExpressions();
      this.#applyHidden();
      this.#moved();
    });
    map.on("moveend", () => this.#moved());
    map.on("error", (event) => this.dataset.error = event.error?.message ?? "?");
    map.on("idle", () => this.dataset.idle = String(Number(this.dataset.idle ?? 0) + 1));
    this.#hearLegend();
    live.onReturn(() => this.reload());
    addEventListener("hashchange", () => this.#goTo(readView(location.hash)));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyle());
    document.documentElement.addEventListener("themechange", () => this.#restyle());
    new ResizeObserver(() => map.resize()).observe(holder);
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
    this.map?.setStyle(this.#style(), { diff: false });
    this.map?.once("idle", () => {
      this.#keepExpressions();
      this.#applyHidden();
      this.selection?.draw();
    });
  }

  /** Fetches the tiles anew: after the stream was away, or for another moment in time. */
  reload() {
    const source = this.map?.getSource("live");
    if (!source || !this.map) return;
    const at = this.#past === null ? "" : `&at=${this.#past}`;
    source.setTiles([`${location.origin}/tiles/live/{z}/{x}/{y}.mvt?v=${Date.now()}${at}`]);
    this.map.removeFeatureState({ source: "live", sourceLayer: "assets" });
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
    for (const [cell, stop] of this.#stops) {
      if (!wanted.includes(cell)) {
        stop();
        this.#stops.delete(cell);
      }
    }
    for (const cell of wanted) {
      if (!this.#stops.has(cell)) this.#stops.set(cell, live.hear(`map/${cell}`, (news) => this.#take(news)));
    }
    if (this.#past === null) this.#watchCounts(map.getZoom() < 13);
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
    if (this.#past !== null || !this.map) return;
    for (const { number, kind, state, level } of readDeltas(news)) {
      this.map.setFeatureState({ source: "live", sourceLayer: "assets", id: number }, { k: kind * 32 + state, level });
    }
    this.dataset.deltas = String(Number(this.dataset.deltas ?? 0) + 1);
  }

  #hearLegend() {
    for (const box of document.querySelectorAll<HTMLInputElement>("input[data-state]")) {
      const key = box.dataset.state ?? "";
      if (!box.checked) this.#hidden.add(key);
      box.addEventListener("change", () => {
        if (box.checked) this.#hidden.delete(key);
        else this.#hidden.add(key);
        const query = new URLSearchParams(location.search);
        if (this.#hidden.size > 0) query.set("hide", [...this.#hidden].sort().join(" "));
        else query.delete("hide");
        const text = query.size > 0 ? `?${query}` : "";
        history.replaceState(null, "", `${location.pathname}${text}${location.hash}`);
        this.#applyHidden();
      });
    }
  }

  #cells = new Map<string, { radius: unknown; colour: unknown; filter: unknown }>();
  /** How the style counts the cells of far zooms, before the legend hides anything. */
  #keepExpressions() {
    for (const name of ["cells", "abnormal"]) {
      this.#cells.set(name, {
        radius: this.map?.getPaintProperty(name, "circle-radius"),
        colour: this.map?.getPaintProperty(name, "circle-color"),
        filter: this.map?.getFilter(name) ?? [">", ["get", "n"], 0],
      });
    }
  }

  /**
   * What the legend hides becomes transparent where single assets are drawn (a filter cannot read live state, a paint expression
   * can), and is not counted where cells are.
   */
  #applyHidden() {
    const map = this.map;
    if (!map) return;
    const hidden = [...this.#hidden].map(Number);
    const key = ["coalesce", ["feature-state", "k"], ["get", "k"]];
    const seen = hidden.length === 0 ? 1 : ["case", ["in", key, ["literal", hidden]], 0, 1];
    for (const name of ["circle-opacity", "circle-stroke-opacity"]) {
      map.setPaintProperty("assets", name, seen);
    }
    for (const [name, { radius, colour, filter }] of this.#cells) {
      map.setPaintProperty(name, "circle-radius", withoutStates(radius, this.#hidden));
      map.setPaintProperty(name, "circle-color", withoutStates(colour, this.#hidden));
      map.setFilter(name, withoutStates(filter, this.#hidden));
    }
  }

  /** Assets on the screen under a point or in a rectangle, without those that the legend hides. */
  drawn(where: unknown): Feature[] {
    const found = this.map?.queryRenderedFeatures(where, { layers: ["assets"] }) ?? [];
    return found.filter((feature) => !this.#hidden.has(String(feature.properties.k ?? "")));
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

function hasWebGL(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}
