// SPDX-License-Identifier: EUPL-1.2

/** What a link to a view of the map carries: `#15.20/47.32160/5.04150`. */
export interface View {
  zoom: number;
  latitude: number;
  longitude: number;
}

export function readView(hash: string): View | null {
  const parts = hash.replace(/^#/, "").split("/").map(Number);
  const [zoom, latitude, longitude] = parts;
  if (parts.length !== 3 || zoom === undefined || latitude === undefined || longitude === undefined) return null;
  if (parts.some((part) => !Number.isFinite(part)) || Math.abs(latitude) > 85 || Math.abs(longitude) > 180) return null;
  return { zoom: Math.min(Math.max(zoom, 0), 20), latitude, longitude };
}

export function writeView(view: View): string {
  return `#${view.zoom.toFixed(2)}/${view.latitude.toFixed(5)}/${view.longitude.toFixed(5)}`;
}

/** The cells of zoom 12 that a box of ground touches, as `x/y`; at most `limit`, none where there would be more. */
export function cells(box: { west: number; south: number; east: number; north: number }, limit = 64): string[] {
  const column = (longitude: number) => Math.floor(((longitude + 180) / 360) * 4096);
  const row = (latitude: number) => {
    const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
    return Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 4096);
  };
  const found: string[] = [];
  const [left, right, top, bottom] = [column(box.west), column(box.east), row(box.north), row(box.south)];
  if ((right - left + 1) * (bottom - top + 1) > limit) return [];
  for (let x = left; x <= right; x++) {
    for (let y = top; y <= bottom; y++) found.push(`${x}/${y}`);
  }
  return found;
}

/** Numbers as a short text: `3,7-12,40`. A thousand neighbours are a few bytes. */
export function packNumbers(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end + 1 < sorted.length && sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    parts.push(end === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return parts.join(",");
}

/** One asset in a delta: `number,kind,state,level`, and of an abnormal one its place in 32-bit Mercator fractions. */
export interface Delta {
  number: number;
  kind: number;
  state: number;
  level: number;
  x?: number;
  y?: number;
}

/** The lines of a `glances` event; lines that are not four or six numbers are left out. */
export function readDeltas(text: string): Delta[] {
  const deltas: Delta[] = [];
  for (const line of text.split("\n")) {
    const [number, kind, state, level, x, y] = line.split(",").map(Number);
    if (number === undefined || kind === undefined || state === undefined || level === undefined) continue;
    if (![number, kind, state, level, x ?? 0, y ?? 0].every(Number.isInteger)) continue;
    deltas.push(x === undefined || y === undefined ? { number, kind, state, level } : { number, kind, state, level, x, y });
  }
  return deltas;
}

/** A style expression over the counts of a cell (`n` in all, `k3` in state 3) that leaves the hidden states out. */
export function withoutStates(expression: unknown, hidden: Set<string>): unknown {
  if (!Array.isArray(expression) || hidden.size === 0) return expression;
  const [operator, name] = expression as unknown[];
  if (operator === "get" && name === "n") {
    return ["-", expression, ["+", 0, ...[...hidden].map((key) => ["coalesce", ["get", `k${key}`], 0])]];
  }
  if (operator === "get" && typeof name === "string" && hidden.has(name.replace(/^k/, ""))) return 0;
  return expression.map((part) => withoutStates(part, hidden));
}
