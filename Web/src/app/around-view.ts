// SPDX-License-Identifier: EUPL-1.2
import { loadMapLibre } from "../elements/maplibre.ts";
import { make, say } from "./words.ts";

interface Point {
  type: "Feature";
  id: number;
  properties: { sort: string; line: number };
  geometry: { type: "Point"; coordinates: [number, number] };
}

function point(id: number, sort: string, longitude: number, latitude: number): Point {
  return { type: "Feature", id, properties: { sort, line: id }, geometry: { type: "Point", coordinates: [longitude, latitude] } };
}

/** Draws the map into the element; a tap on a point goes to its line in the list. */
export async function showAround(element: HTMLElement): Promise<void> {
  const { lon, lat, library, style } = element.dataset;
  const link = make("link", { rel: "preload", as: "script", href: library ?? "" });
  document.head.append(link);
  const maps = await loadMapLibre();
  const holder = make("div", { class: "around-canvas", role: "group", "aria-label": say("Carte des environs", "Map of the surroundings") });
  element.append(holder);
  const isDark = getComputedStyle(document.documentElement).colorScheme.includes("dark") &&
    (document.documentElement.dataset.theme !== "auto" || matchMedia("(prefers-color-scheme: dark)").matches);
  const map = new maps.Map({
    container: holder,
    style: `${style}?theme=${isDark ? "dark" : "light"}`,
    center: [Number(lon), Number(lat)],
    zoom: 15.5,
    minZoom: 11,
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    cooperativeGestures: false,
  });
  map.addControl(new maps.NavigationControl({ showCompass: false }));
  const lines = [...document.querySelectorAll<HTMLElement>("#around > li[data-lon]")];
  const points = lines.map((line, i) => point(i, line.dataset.sort ?? "", Number(line.dataset.lon), Number(line.dataset.lat)));
  await new Promise<void>((done, fail) => {
    map.once("load", done);
    map.on("error", (event) => fail(event.error ?? new Error("map")));
  });
  map.getSource("around")?.setData({
    type: "FeatureCollection",
    features: [...points, point(lines.length, "me", Number(lon), Number(lat))],
  });
  map.on("click", (event) => {
    const near = [[event.point.x - 12, event.point.y - 12], [event.point.x + 12, event.point.y + 12]];
    const found = map.queryRenderedFeatures(near, { layers: ["around"] })[0];
    const line = found ? lines[found.properties.line ?? -1] : undefined;
    line?.scrollIntoView({ block: "center" });
    line?.focus();
  });
  map.once("idle", () => element.setAttribute("data-drawn", String(points.length)));
}
