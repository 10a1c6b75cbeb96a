// SPDX-License-Identifier: EUPL-1.2
import type { RoomMapView } from "./maplibre.ts";
import type { Delta } from "./map-view.ts";

/** The shapes that the map draws, by their names in the sprite of the page: the very ones of the legend. */
const MARKS = ["mark-warning", "mark-alarm", "mark-lost"];
/** Pixels of a shape's picture, of the rim round it, and how far from an edge a signed distance is told. */
const [SIDE, RIM, REACH] = [48, 8, 8];

/**
 * The legend's shapes on the map, for what is abnormal: as pictures of distances to their edges, which the map draws in any colour and
 * size. Those of a tile come with it; what became abnormal since is kept here and given to the source `fresh`.
 */
export class MapMarks {
  #pictures: Promise<[string, ImageData][]>;
  #fresh = new Map<number, unknown>();
  #timer = 0;

  constructor(sprite = "/assets/icons.svg") {
    this.#pictures = drawn(sprite);
    this.#pictures.catch(() => {});
  }

  /** For each style that the map takes on. Where the shapes cannot be had, the discs stay. */
  async give(map: RoomMapView) {
    for (const [name, picture] of await this.#pictures.catch(() => [])) {
      if (!map.hasImage(name)) map.addImage(name, picture, { pixelRatio: 2, sdf: true });
    }
    this.#show(map);
  }

  /** A delta says where an abnormal asset stands; one without a place is an asset that is not abnormal. */
  take({ number, kind, state, x, y }: Delta, map: RoomMapView) {
    if (x !== undefined && y !== undefined) {
      const geometry = { type: "Point", coordinates: placeOf(x, y) };
      this.#fresh.set(number, { type: "Feature", id: number, properties: { k: kind * 32 + state }, geometry });
    } else if (!this.#fresh.delete(number)) return;
    this.#timer ||= setTimeout(() => this.#show(map), 100);
  }

  /** The tiles are fetched anew: they say all. */
  clear(map: RoomMapView) {
    this.#fresh.clear();
    this.#show(map);
  }

  #show(map: RoomMapView) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    map.getSource("fresh")?.setData({ type: "FeatureCollection", features: [...this.#fresh.values()] });
  }
}

/** Degrees of 32-bit Mercator fractions. */
export function placeOf(x: number, y: number): [number, number] {
  const north = Math.PI * (1 - y / 2 ** 31);
  return [x / 2 ** 32 * 360 - 180, Math.atan(Math.sinh(north)) * 180 / Math.PI];
}

async function drawn(sprite: string): Promise<[string, ImageData][]> {
  const answer = await fetch(sprite);
  if (!answer.ok) throw new Error(`${sprite}: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  return await Promise.all(MARKS.map(async (name) => {
    const inside = page.getElementById(name)?.innerHTML ?? "";
    return [name, distances(await pixels(inside))] as [string, ImageData];
  }));
}

/** What a shape covers, by pixel of a square with a rim: 0 to 255. */
async function pixels(inside: string): Promise<Uint8Array> {
  const image = new Image(SIDE, SIDE);
  image.src = `data:image/svg+xml,${
    encodeURIComponent(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round">${inside}</svg>`,
    )
  }`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE + 2 * RIM;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  pen.drawImage(image, RIM, RIM, SIDE, SIDE);
  return pen.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 3) as unknown as Uint8Array;
}

/** How far each pixel is from the edge of what is covered: 192 on it, more inside (as the map's own glyphs are). */
export function distances(covered: Uint8Array): ImageData {
  const side = SIDE + 2 * RIM;
  const isIn = (x: number, y: number) => x >= 0 && y >= 0 && x < side && y < side && (covered[y * side + x] ?? 0) > 127;
  const least = new Float32Array(side * side).fill(REACH);
  // Only a pixel with a neighbour of the other sort is the nearest of its sort to any pixel of the other: few are.
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const own = isIn(x, y);
      if (isIn(x - 1, y) === own && isIn(x + 1, y) === own && isIn(x, y - 1) === own && isIn(x, y + 1) === own) continue;
      for (let dy = Math.max(-REACH, -y); dy <= REACH && y + dy < side; dy++) {
        for (let dx = Math.max(-REACH, -x); dx <= REACH && x + dx < side; dx++) {
          const at = (y + dy) * side + x + dx;
          const far = Math.sqrt(dx * dx + dy * dy);
          if (far < (least[at] ?? 0) && isIn(x + dx, y + dy) !== own) least[at] = far;
        }
      }
    }
  }
  const picture = new ImageData(side, side);
  for (const [at, far] of least.entries()) {
    const inside = (covered[at] ?? 0) > 127 ? far - 0.5 : 0.5 - far;
    picture.data[at * 4 + 3] = Math.round(255 * (0.75 + inside / REACH));
  }
  return picture;
}
