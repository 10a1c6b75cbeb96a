// SPDX-License-Identifier: EUPL-1.2
import { make, say } from "../app/words.ts";

/** `<terrain-signature>`: a field to sign with a finger. Without script the name alone is kept. */
export class TerrainSignature extends HTMLElement {
  #canvas = document.createElement("canvas");
  #isEmpty = true;

  connectedCallback() {
    if (this.firstChild) return;
    Object.assign(this.#canvas, { width: 600, height: 220 });
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", say("Champ de signature", "Field for the signature"));
    const clear = make("button", { type: "button", class: "button" }, say("Effacer", "Clear"));
    clear.addEventListener("click", () => this.clear());
    this.append(make("p", { class: "quiet" }, say("Signer du doigt dans le cadre.", "Sign with a finger in the frame.")), this.#canvas, clear);
    let last: [number, number] | null = null;
    const at = (event: PointerEvent): [number, number] => {
      const box = this.#canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * this.#canvas.width / box.width, (event.clientY - box.top) * this.#canvas.height / box.height];
    };
    this.#canvas.addEventListener("pointerdown", (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      last = at(event);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const [pen, next] = [this.#canvas.getContext("2d"), at(event)];
      if (!pen) return;
      if (this.#isEmpty) {
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
      }
      Object.assign(pen, { lineWidth: 4, lineCap: "round", strokeStyle: "#000" });
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      [last, this.#isEmpty] = [next, false];
    });
    for (const name of ["pointerup", "pointercancel"]) this.#canvas.addEventListener(name, () => last = null);
  }

  clear() {
    this.#canvas.getContext("2d")?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#isEmpty = true;
  }

  /** What was drawn, as PNG in base64; '' where nothing was. */
  get picture(): string {
    return this.#isEmpty ? "" : this.#canvas.toDataURL("image/png").split(",")[1] ?? "";
  }
}
