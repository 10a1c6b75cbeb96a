// SPDX-License-Identifier: EUPL-1.2

/** The part of MapLibre GL that we use; the library itself is a separate file, loaded by the map page only. */
export interface MapLibre {
  Map: new (options: Record<string, unknown>) => RoomMapView;
  NavigationControl: new (options: Record<string, unknown>) => unknown;
  ScaleControl: new (options: Record<string, unknown>) => unknown;
  /** Starts the worker that reads tiles. */
  prewarm(): void;
  addProtocol(name: string, load: (asked: { url: string }) => Promise<{ data: unknown }>): void;
}

export interface Feature {
  id?: number;
  properties: Record<string, number>;
  geometry: { type: string; coordinates: [number, number] };
}

export interface Point {
  x: number;
  y: number;
}

export interface MapEvent {
  point: Point;
  lngLat: { lng: number; lat: number };
  originalEvent: MouseEvent;
  error?: Error;
}

export interface RoomMapView {
  on(event: string, act: (event: MapEvent) => void): void;
  once(event: string, act: () => void): void;
  addControl(control: unknown, place?: string): void;
  setFeatureState(feature: { source: string; sourceLayer: string; id: number }, state: Record<string, unknown>): void;
  removeFeatureState(feature: { source: string; sourceLayer: string; id?: number }, key?: string): void;
  queryRenderedFeatures(where: unknown, options: { layers: string[] }): Feature[];
  getBounds(): { getWest(): number; getEast(): number; getSouth(): number; getNorth(): number };
  getCenter(): { lng: number; lat: number };
  getZoom(): number;
  getCanvas(): HTMLCanvasElement;
  getSource(name: string): { setTiles(tiles: string[]): void; setData(data: unknown): void } | undefined;
  hasImage(name: string): boolean;
  addImage(name: string, picture: ImageData, options: { pixelRatio: number; sdf: boolean }): void;
  getLayoutProperty(layer: string, name: string): unknown;
  getPaintProperty(layer: string, name: string): unknown;
  getFilter(layer: string): unknown;
  setFilter(layer: string, filter: unknown): void;
  setPaintProperty(layer: string, name: string, value: unknown): void;
  setLayoutProperty(layer: string, name: string, value: unknown): void;
  setStyle(style: string, options?: Record<string, unknown>): void;
  isStyleLoaded(): boolean;
  jumpTo(options: { center: [number, number]; zoom: number }): void;
  flyTo(options: { center: [number, number]; zoom: number; duration?: number }): void;
  unproject(point: [number, number]): { lng: number; lat: number };
  project(place: [number, number]): Point;
  loaded(): boolean;
  areTilesLoaded(): boolean;
  boxZoom: { disable(): void };
  dragPan: { enable(): void; disable(): void };
  keyboard: { disableRotation(): void };
  touchZoomRotate: { disableRotation(): void };
}

/** Fetches the library once, from where the page's head has announced it; rejects where it is not installed. */
export function loadMapLibre(): Promise<MapLibre> {
  const ahead = document.querySelector<HTMLLinkElement>('link[rel="preload"][href*="/maplibre-gl."]');
  const address = ahead?.href ?? "/assets/maplibre-gl.js";
  return new Promise((done, fail) => {
    const known = () => (globalThis as unknown as { maplibregl?: MapLibre }).maplibregl;
    const already = known();
    if (already) return done(already);
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => {
      const library = known();
      if (library) done(library);
      else fail(new Error("maplibregl is not defined"));
    });
    script.addEventListener("error", () => fail(new Error(`cannot load ${address}`)));
    document.head.append(script);
  });
}
