// SPDX-License-Identifier: EUPL-1.2
import type { View } from "./map-view.ts";
import type { MapLibre } from "./maplibre.ts";

interface Style {
  sources: Record<string, { type: string; tiles?: string[]; minzoom?: number; maxzoom?: number }>;
}

/** A tile of the pyramid. */
interface Tile {
  z: number;
  x: number;
  y: number;
}

/**
 * What the first picture needs, fetched while the library still loads and the
 * graphics start: the style, and the tiles of the view that its sources name.
 * The map takes each of them once, by `transform` and the protocol `first`;
 * all that it wants later it fetches itself.
 */
export class FirstPicture {
  #style: Promise<ArrayBuffer>;
  #tiles = new Map<string, Promise<ArrayBuffer>>();

  constructor(address: string, view: View, size: { width: number; height: number }) {
    this.#style = fetched(address);
    this.#style.then((bytes) => this.#fetchTiles(bytes, view, size)).catch(() => {});
  }

  #fetchTiles(bytes: ArrayBuffer, view: View, size: { width: number; height: number }) {
    const style = JSON.parse(new TextDecoder().decode(bytes)) as Style;
    for (const { tiles, minzoom = 0, maxzoom = 22 } of Object.values(style.sources)) {
      const template = tiles?.[0];
      if (template === undefined || view.zoom < minzoom) continue;
      for (const { z, x, y } of tilesOf({ ...view, zoom: Math.min(view.zoom, maxzoom) }, view.zoom, size)) {
        const address = template.replace("{z}", `${z}`).replace("{x}", `${x}`).replace("{y}", `${y}`);
        const tile = fetched(address);
        tile.catch(() => {});
        this.#tiles.set(address, tile);
      }
    }
  }

  /** The library asks us for what we have already asked for. */
  register(library: MapLibre) {
    library.addProtocol("first", async ({ url }) => {
      const address = url.slice("first://".length);
      if (address === "style") return { data: JSON.parse(new TextDecoder().decode(await this.#style)) as unknown };
      const tile = this.#tiles.get(address);
      this.#tiles.delete(address);
      return { data: await (tile ?? fetched(address)) };
    });
  }

  /** Where the style lies for the library. */
  readonly style = "first://style";

  /** What the library is to ask for in place of an address. */
  transform(address: string): { url: string } {
    return { url: this.#tiles.has(address) ? `first://${address}` : address };
  }

  /** What nobody came for. */
  forget() {
    this.#tiles.clear();
  }
}

async function fetched(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return await answer.arrayBuffer();
}

/** The ground that a view of `width` × `height` pixels shows, in degrees. */
export function boxOf(view: View, { width, height }: { width: number; height: number }) {
  const world = 512 * 2 ** view.zoom;
  const north = Math.asinh(Math.tan((view.latitude * Math.PI) / 180));
  const latitude = (pixels: number) => Math.atan(Math.sinh(north + (pixels / world) * 2 * Math.PI)) * 180 / Math.PI;
  const half = (width / 2 / world) * 360;
  return { west: view.longitude - half, east: view.longitude + half, north: latitude(height / 2), south: latitude(-height / 2) };
}

/**
 * The tiles that a view of `width` × `height` pixels touches, the middle first: tiles of the level `view.zoom`, whole, seen from `zoom`.
 * A tile is 512 pixels wide at its own level. At most 64.
 */
export function tilesOf(view: View, zoom: number, size: { width: number; height: number }): Tile[] {
  const z = Math.floor(view.zoom);
  const count = 2 ** z;
  const side = 512 * 2 ** (zoom - z);
  const sine = Math.sin((view.latitude * Math.PI) / 180);
  const middle = {
    x: ((view.longitude + 180) / 360) * count,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * count,
  };
  const [halfWidth, halfHeight] = [size.width / side / 2, size.height / side / 2];
  const within = (value: number) => Math.max(0, Math.min(count - 1, Math.floor(value)));
  const found: Tile[] = [];
  for (let y = within(middle.y - halfHeight); y <= within(middle.y + halfHeight); y++) {
    for (let x = within(middle.x - halfWidth); x <= within(middle.x + halfWidth); x++) found.push({ z, x, y });
  }
  const far = ({ x, y }: Tile) => Math.hypot(x + 0.5 - middle.x, y + 0.5 - middle.y);
  return found.length > 64 ? [] : found.sort((a, b) => far(a) - far(b));
}
