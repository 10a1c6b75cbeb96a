// SPDX-License-Identifier: EUPL-1.2
import { csrf, say } from "./live.ts";
import type { Feature, MapEvent, Point, RoomMapView } from "./maplibre.ts";
import { packNumbers } from "./map-view.ts";
import type { RoomMap } from "./room-map.ts";

type Tool = "pan" | "box" | "lasso";

/**
 * What is selected on the map: one by click (Ctrl adds), many by box (also
 * Shift and drag) or lasso. The server says what lies inside, so that a
 * selection never depends on what happened to be drawn. The panel beside the
 * map counts it and leads to the order or to a saved group.
 */
export class MapSelection {
  #chosen = new Set<number>();
  #tool: Tool = "pan";
  #trail: Point[] = [];
  #sheet: SVGSVGElement;
  #isDragging = false;
  /** Counts what was asked for the panel, so that an answer that was overtaken is dropped. */
  #asked = 0;

  constructor(private owner: RoomMap, private map: RoomMapView) {
    this.#sheet = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.#sheet.classList.add("map-trail");
    this.#sheet.setAttribute("aria-hidden", "true");
    owner.append(this.#sheet);
    map.on("click", (event) => this.#click(event));
    map.on("mousemove", (event) => this.#hover(event));
    const canvas = map.getCanvas();
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-tool]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.#take(button.dataset.tool as Tool));
    }
    document.querySelector("[data-clear]")?.addEventListener("click", () => this.choose([]));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      if (this.#tool !== "pan") this.#take("pan");
      else this.choose([]);
    });
  }

  #take(tool: Tool) {
    this.#tool = tool;
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-tool]")) {
      button.ariaPressed = String(button.dataset.tool === tool);
    }
    if (tool === "pan") this.map.dragPan.enable();
    else this.map.dragPan.disable();
    this.owner.dataset.tool = tool;
  }

  #click(event: MapEvent) {
    if (this.#tool !== "pan") return;
    const { x, y } = event.point;
    const found = this.#near({ x, y });
    const nearest = found[0];
    if (nearest === undefined) {
      const cell = this.map.queryRenderedFeatures([[x - 12, y - 12], [x + 12, y + 12]], { layers: ["cells"] })[0];
      if (cell) this.owner.zoomInto(event);
      else if (!event.originalEvent.ctrlKey) this.choose([]);
      return;
    }
    if (event.originalEvent.ctrlKey || event.originalEvent.metaKey) {
      const next = new Set(this.#chosen);
      if (!next.delete(nearest)) next.add(nearest);
      this.choose([...next]);
    } else {
      // Clicked again, the next of those that stand in the same place has its turn.
      const chosen = this.#chosen.size === 1 ? found.findIndex((number) => this.#chosen.has(number)) : -1;
      this.choose([found[(chosen + 1) % found.length] ?? nearest]);
    }
  }

  /** The assets round a point of the screen, the nearest first, each once. */
  #near({ x, y }: Point): number[] {
    const far = (feature: Feature) => {
      const at = this.map.project(feature.geometry.coordinates);
      return Math.hypot(at.x - x, at.y - y);
    };
    const found = this.owner.drawn([[x - 6, y - 6], [x + 6, y + 6]]);
    return [...new Set(found.sort((a, b) => far(a) - far(b)).map((feature) => Number(feature.id)))];
  }

  #hover(event: MapEvent) {
    const { x, y } = event.point;
    const over = this.#tool === "pan" && this.owner.drawn([[x - 4, y - 4], [x + 4, y + 4]]).length > 0;
    this.map.getCanvas().classList.toggle("is-over-asset", over);
  }

  #at(event: PointerEvent): Point {
    const frame = this.map.getCanvas().getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  #down(event: PointerEvent) {
    const isBox = this.#tool === "box" || (this.#tool === "pan" && event.shiftKey);
    if ((!isBox && this.#tool !== "lasso") || event.button !== 0) return;
    if (this.#tool === "pan") this.map.dragPan.disable();
    this.#isDragging = true;
    this.#trail = [this.#at(event)];
    this.map.getCanvas().setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent) {
    if (!this.#isDragging) return;
    const here = this.#at(event);
    const last = this.#trail[this.#trail.length - 1] ?? here;
    if (this.#tool === "lasso") {
      if (Math.hypot(here.x - last.x, here.y - last.y) > 4 && this.#trail.length < 500) this.#trail.push(here);
    } else this.#trail = [this.#trail[0] ?? here, here];
    this.#drawTrail();
  }

  #up(event: PointerEvent) {
    if (!this.#isDragging) return;
    this.#isDragging = false;
    if (this.#tool === "pan") this.map.dragPan.enable();
    const corners = this.#corners();
    this.#sheet.replaceChildren();
    if (corners.length >= 3) this.#ask(corners, event.ctrlKey || event.metaKey);
  }

  #corners(): Point[] {
    const [a, b] = this.#trail;
    if (this.#tool === "lasso" || !a || !b) return this.#trail;
    return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
  }

  #drawTrail() {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    shape.setAttribute("points", this.#corners().map(({ x, y }) => `${x},${y}`).join(" "));
    this.#sheet.replaceChildren(shape);
  }

  async #ask(corners: Point[], adds: boolean) {
    const area = corners.map(({ x, y }) => this.map.unproject([x, y]))
      .map(({ lng, lat }) => `${lng.toFixed(6)},${lat.toFixed(6)}`).join(" ");
    const answer = await fetch(`/api/assets/within?${new URLSearchParams({ area })}`).catch(() => null);
    if (!answer?.ok) return this.#say(say("La sélection n'a pas pu être lue.", "The selection could not be read."));
    const { numbers } = await answer.json() as { numbers: number[] };
    this.choose(adds ? [...this.#chosen, ...numbers] : numbers);
  }

  #say(text: string) {
    const panel = document.querySelector("[data-selection]");
    if (panel) panel.textContent = text;
  }

  /** Selects exactly these and shows the panel that the server draws of them. */
  choose(numbers: number[]) {
    for (const number of this.#chosen) this.#mark(number, false);
    this.#chosen = new Set(numbers);
    this.draw();
    this.#showPanel();
  }

  /** The panel again, for another moment in time. */
  refresh() {
    if (this.#chosen.size > 0) this.#showPanel();
  }

  draw() {
    // Rings for all assets are made ready once there is something to ring: before that they would cost as much as the assets.
    if (this.#chosen.size > 0) this.map.setLayoutProperty("selected", "visibility", "visible");
    for (const number of this.#chosen) this.#mark(number, true);
  }

  #mark(id: number, selected: boolean) {
    this.map.setFeatureState({ source: "live", sourceLayer: "assets", id }, { selected });
  }

  async #showPanel() {
    const panel = document.querySelector<HTMLElement>("[data-selection]");
    if (!panel) return;
    const clear = document.querySelector<HTMLElement>("[data-clear]");
    if (clear) clear.hidden = this.#chosen.size === 0;
    if (this.#chosen.size === 0) {
      panel.replaceChildren();
      return;
    }
    const turn = ++this.#asked;
    const body = new URLSearchParams({ assets: packNumbers(this.#chosen), csrf: csrf() });
    if (this.owner.past !== null) body.set("at", String(this.owner.past));
    const answer = await fetch("/console/map/selection", { method: "POST", body }).catch(() => null);
    if (turn !== this.#asked) return;
    if (!answer?.ok) return this.#say(say("La sélection n'a pas pu être lue.", "The selection could not be read."));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...(page.querySelector("[data-selection-body]")?.children ?? []));
    panel.scrollIntoView({ block: "nearest" });
  }
}
