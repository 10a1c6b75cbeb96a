// SPDX-License-Identifier: EUPL-1.2

/** Minutes to which a drag snaps. */
const STEP = 5;

/** How the picture of the day is drawn: what the server wrote on it. */
interface Scale {
  left: number;
  width: number;
  top: number;
  row: number;
  from: number;
  to: number;
  crews: string[];
}

/** Where a job would be dropped. */
interface Drop {
  crew: number;
  minute: number;
}

/**
 * `<day-board>` around the picture of the crews' day and the hidden form that asks for a price. A job is dragged by pointer, or taken by
 * keyboard (arrows, Enter, Escape), to another crew and time; then the server's page with the price stands in a window, and nothing is moved
 * before somebody agrees there. Without script the forms in the lists do the same.
 */
export class DayBoard extends HTMLElement {
  #drag: { job: SVGRectElement; drop: Drop; x: number; y: number; pointer: number; isMoved: boolean } | undefined;
  #isAsking = false;
  #status: HTMLElement | undefined;
  #label: SVGTextElement | undefined;

  connectedCallback() {
    const [plot, form] = [this.plot, this.form];
    if (!plot || !form || this.#status) return;
    plot.setAttribute("role", "group");
    for (const job of plot.querySelectorAll<SVGRectElement>("[data-movable]")) {
      job.setAttribute("tabindex", "0");
      job.setAttribute("role", "button");
    }
    this.#label = document.createElementNS("http://www.w3.org/2000/svg", "text");
    this.#label.setAttribute("class", "gantt-drop");
    plot.append(this.#label);
    const hint = document.createElement("p");
    hint.className = "quiet";
    hint.textContent = form.dataset.hint ?? "";
    this.#status = document.createElement("p");
    this.#status.className = "quiet";
    this.#status.setAttribute("role", "status");
    this.append(hint, this.#status);
    plot.addEventListener("pointerdown", (event) => this.#take(event));
    plot.addEventListener("pointermove", (event) => this.#move(event));
    plot.addEventListener("pointerup", (event) => this.#leave(event));
    plot.addEventListener("pointercancel", () => this.#reset());
    plot.addEventListener("keydown", (event) => this.#key(event));
    plot.addEventListener("focusout", () => {
      if (this.#drag?.pointer === -1 && !this.#isAsking) this.#reset();
    });
  }

  get plot(): SVGSVGElement | null {
    return this.querySelector("svg.gantt-plot");
  }

  get form(): HTMLFormElement | null {
    return this.querySelector("form.drag-form");
  }

  get #scale(): Scale {
    const data = this.plot?.dataset ?? {};
    const number = (name: string) => Number(data[name] ?? 0);
    return {
      left: number("left"), width: this.plot?.viewBox.baseVal.width ?? 900, top: number("top"), row: number("row"),
      from: number("from"), to: number("to"), crews: (data["crews"] ?? "").split(" "),
    };
  }

  /** What stands there now. */
  #standing(job: SVGRectElement): Drop {
    return { crew: this.#scale.crews.indexOf(job.dataset.crew ?? ""), minute: Number(job.dataset.start ?? 0) };
  }

  // MARK: Pointer

  #take(event: PointerEvent) {
    const job = (event.target as Element).closest<SVGRectElement>("[data-movable]");
    if (!job || event.button !== 0) return;
    this.#reset();
    this.#drag = { job, drop: this.#standing(job), x: event.clientX, y: event.clientY, pointer: event.pointerId, isMoved: false };
    job.setPointerCapture(event.pointerId);
    event.preventDefault();
    job.focus();
  }

  #move(event: PointerEvent) {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.isMoved && Math.hypot(dx, dy) < 5) return;
    drag.isMoved = true;
    const scale = this.#scale;
    const unit = scale.width / (this.plot?.getBoundingClientRect().width ?? scale.width);
    const was = this.#standing(drag.job);
    const minutes = dx * unit * (scale.to - scale.from) / (scale.width - scale.left);
    drag.drop = this.#inside({
      crew: was.crew + Math.round(dy * unit / scale.row),
      minute: Math.round((was.minute + minutes) / STEP) * STEP,
    });
    this.#show(drag.job, drag.drop);
  }

  #leave(event: PointerEvent) {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    if (drag.isMoved) this.#ask(drag.job, drag.drop);
    else this.#drag = undefined;
  }

  // MARK: Keyboard

  #key(event: KeyboardEvent) {
    const job = (event.target as Element).closest<SVGRectElement>("[data-movable]");
    if (!job || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [0, -15], ArrowRight: [0, 15], ArrowUp: [-1, 0], ArrowDown: [1, 0],
    };
    const step = steps[event.key];
    if (step) {
      if (this.#drag?.job !== job) {
        this.#reset();
        this.#drag = { job, drop: this.#standing(job), x: 0, y: 0, pointer: -1, isMoved: true };
      }
      const drag = this.#drag;
      if (!drag) return;
      drag.drop = this.#inside({ crew: drag.drop.crew + step[0], minute: drag.drop.minute + step[1] });
      this.#show(job, drag.drop);
    } else if (event.key === "Enter" && this.#drag?.job === job) {
      this.#ask(job, this.#drag.drop);
    } else if (event.key === "Escape" && this.#drag) {
      this.#reset();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // MARK: Picture

  #inside(drop: Drop): Drop {
    const scale = this.#scale;
    return {
      crew: Math.max(0, Math.min(scale.crews.length - 1, drop.crew)),
      minute: Math.max(scale.from, Math.min(scale.to - STEP, drop.minute)),
    };
  }

  #show(job: SVGRectElement, drop: Drop) {
    const scale = this.#scale;
    const was = this.#standing(job);
    const perMinute = (scale.width - scale.left) / (scale.to - scale.from);
    const [dx, dy] = [(drop.minute - was.minute) * perMinute, (drop.crew - was.crew) * scale.row];
    job.setAttribute("transform", `translate(${dx} ${dy})`);
    job.classList.add("is-dragged");
    const title = [...this.plot?.querySelectorAll(".gantt-name") ?? []][drop.crew]?.textContent ?? "";
    const text = `${title} ${clock(drop.minute)}`;
    if (this.#label) {
      this.#label.textContent = clock(drop.minute);
      const x = scale.left + (drop.minute - scale.from) * perMinute;
      this.#label.setAttribute("x", String(Math.min(x, scale.width - 34)));
      this.#label.setAttribute("y", String(scale.top + drop.crew * scale.row + 3));
    }
    if (this.#status) this.#status.textContent = text;
  }

  #reset() {
    const job = this.#drag?.job;
    job?.removeAttribute("transform");
    job?.classList.remove("is-dragged");
    if (this.#label) this.#label.textContent = "";
    if (this.#status) this.#status.textContent = "";
    this.#drag = undefined;
  }

  // MARK: Price

  async #ask(job: SVGRectElement, drop: Drop) {
    const form = this.form;
    const was = this.#standing(job);
    if (!form || (was.crew === drop.crew && was.minute === drop.minute)) return this.#reset();
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.set(name, String(value));
    fields.set("job", job.dataset.job ?? "");
    fields.set("crew", this.#scale.crews[drop.crew] ?? "");
    fields.set("day", this.dataset.day ?? "");
    fields.set("time", clock(drop.minute));
    this.#isAsking = true;
    this.setAttribute("aria-busy", "true");
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } }).catch(() => null);
    this.removeAttribute("aria-busy");
    const page = answer ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
    const price = answer?.ok ? page?.querySelector("#proposal") : undefined;
    this.#open(form, price ?? undefined, page?.querySelector(".refusal .lead")?.textContent?.trim(), job);
  }

  /** The price in a window; whoever closes it has changed nothing. */
  #open(form: HTMLFormElement, price: Element | undefined, fault: string | undefined, job: SVGRectElement) {
    const window = document.createElement("dialog");
    window.className = "window stack";
    const title = document.createElement("h2");
    title.id = "drag-title";
    title.textContent = form.dataset.title ?? "";
    window.setAttribute("aria-labelledby", title.id);
    window.append(title);
    if (price) {
      window.append(price);
      price.querySelector<HTMLAnchorElement>("form a")?.addEventListener("click", (event) => {
        event.preventDefault();
        window.close();
      });
    } else {
      const text = document.createElement("p");
      text.textContent = fault || (form.dataset.failed ?? "");
      const close = document.createElement("button");
      close.className = "button";
      close.textContent = form.dataset.close ?? "";
      close.addEventListener("click", () => window.close());
      window.append(text, close);
    }
    window.addEventListener("close", () => {
      window.remove();
      this.#isAsking = false;
      this.#reset();
      document.querySelector<SVGRectElement>(`.gantt-job[data-job="${CSS.escape(job.dataset.job ?? "")}"]`)?.focus();
    });
    // Not in here: news may draw the board anew meanwhile.
    document.body.append(window);
    window.showModal();
    window.querySelector<HTMLElement>("button")?.focus();
  }
}

/** `615` as `10:15`. */
function clock(minute: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
