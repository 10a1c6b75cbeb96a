// SPDX-License-Identifier: EUPL-1.2
import { forget, keep, later, send, type Waiting } from "./queue.ts";
import { PlaceMap } from "./place-map.ts";
import { remember } from "./requests.ts";
import { ask, make, say, tell } from "./words.ts";

interface Known {
  trouble?: { kind: string; state: string; since?: string; expected?: string; because?: string; asset?: number };
  elsewhere?: { title: string; phone: string; web: string; note: string };
  dates?: { promised: string; expected?: string; because?: string };
  reports: { reference: string; link: string; title: string; metres: number; standing: string; promised: string }[];
}

interface Asset {
  number: number;
  id: string;
  address: string;
  metres: number;
  longitude: number;
  latitude: number;
}

const LONGEST = 1600;

/**
 * `<report-form>` around the form: photos made small and shown, 'we know already' before sending, and a sending
 * that is on this device first, so that neither a tunnel nor a closed page loses it or doubles it.
 */
export class ReportForm extends HTMLElement {
  #photos: Blob[] = [];
  #known = make("div", { class: "known", role: "status" });
  #lamps = make("div", { class: "lamps" });
  #assets: Asset[] = [];
  #map = new PlaceMap((longitude, latitude) => this.#move(longitude, latitude), (index) => this.#mean(index));
  #guesses = make("div", { class: "guesses", role: "status" });
  #hint = make("p", { class: "field-hint hint-personal", role: "status" });
  #guessed = "|";
  #asked = "";
  #typing = 0;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    this.querySelector("#step-category")?.after(this.#known);
    this.querySelector("#step-category")?.append(this.#lamps);
    this.querySelector("#step-address")?.append(this.#map.element);
    this.querySelector("category-choice")?.before(this.#guesses);
    this.querySelector("#step-words")?.append(this.#hint);
    form.querySelector<HTMLInputElement>("input[type=file]")?.addEventListener("change", (event) => this.#show(event.target as HTMLInputElement));
    form.addEventListener("change", (event) => {
      const name = (event.target as HTMLInputElement).name;
      if (name === "category") this.#set("asset", "");
      if (name === "category" || name === "lamp") this.#look();
    });
    form.addEventListener("place", () => this.#look());
    form.addEventListener("input", (event) => {
      if ((event.target as HTMLElement).getAttribute("name") !== "description") return;
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#look(), 700);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(form);
    });
    this.#look();
  }

  #value(name: string): string {
    return String(new FormData(this.querySelector("form") ?? undefined).get(name) ?? "");
  }

  #set(name: string, value: string) {
    const field = this.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);
    if (field) field.value = value;
  }

  /** Photos are drawn anew, smaller, on this device: what a camera wrote beside the picture stays here. */
  async #show(input: HTMLInputElement) {
    const shown = this.querySelector(".photo-shown");
    const files = [...(input.files ?? [])].slice(0, 3);
    this.#photos = [];
    shown?.replaceChildren();
    for (const file of files) {
      const small = await smaller(file).catch(() => null);
      if (!small) {
        shown?.append(make("p", { class: "field-error", role: "alert" }, say("Cette photo ne peut pas être lue.", "This photo cannot be read.")));
        continue;
      }
      this.#photos.push(small);
      const address = URL.createObjectURL(small);
      const picture = make("img", { alt: say(`Photo ${this.#photos.length}`, `Photo ${this.#photos.length}`), src: address });
      picture.addEventListener("load", () => URL.revokeObjectURL(address));
      shown?.append(picture);
    }
  }

  /** What the city knows already at this place about this category, and which lamp is meant. */
  async #look() {
    const [category, lon, lat] = [this.#value("category"), this.#value("lon"), this.#value("lat")];
    const kind = this.querySelector<HTMLInputElement>("input[name=category]:checked")?.dataset.asset ?? "";
    const near = lon && lat ? `${lon},${lat}` : "";
    const chosen = this.querySelector<HTMLInputElement>("input[name=lamp]:checked")?.value ?? "";
    this.#set("asset", kind ? chosen : "");
    this.#map.place(near ? [Number(lon), Number(lat)] : null);
    const words = this.#value("description").trim();
    await this.#guess(words, near, !category);
    const asked = [category, near, chosen, words].join("|");
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (category) this.#guesses.replaceChildren();
    if (!category || !near) return this.#known.replaceChildren();
    if (kind) {
      if (this.#lamps.dataset.near !== near + kind) await this.#offer(kind, near);
    } else {
      this.#lamps.replaceChildren();
      this.#assets = [];
      delete this.#lamps.dataset.near;
    }
    this.#map.offer(this.#assets, this.#assets.findIndex((one) => String(one.number) === chosen));
    const known = await tell<Known>("/api/app/known", { category, near, q: words, ...(chosen && kind ? { asset: chosen } : {}) });
    if (asked !== this.#asked) return;
    this.#tell(known);
  }

  /**
   * Up to three categories that words and place may mean: a tap chooses one, nobody has to know the tree. And what
   * in the words names a person, which stays inside.
   */
  async #guess(q: string, near: string, isAsked: boolean) {
    const asked = `${q}|${near}`;
    if (asked === this.#guessed) return;
    this.#guessed = asked;
    const found = asked === "|" ? null : await tell<{ hint?: string; guesses: { category: string; title: string }[] }>("/api/app/guess", { q, near });
    if (asked !== this.#guessed) return;
    const hint = found?.hint ?? "";
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
    if (!isAsked || !found?.guesses.length) return this.#guesses.replaceChildren();
    this.#guesses.replaceChildren(make("p", { class: "field-hint" }, say("C'est peut-être :", "It may be:")), ...found.guesses.map((one) => {
      const button = make("button", { type: "button", class: "button" }, one.title);
      button.addEventListener("click", () => this.#choose(one.category));
      return button;
    }));
  }

  #choose(category: string) {
    const input = document.getElementById(`category-${category}`) as HTMLInputElement | null;
    if (!input) return;
    const branch = input.closest("details");
    if (branch) branch.open = true;
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  }

  /** The place was moved on the map: the address follows it, as far as there is one. */
  async #move(longitude: number, latitude: number) {
    const [lon, lat] = [longitude.toFixed(6), latitude.toFixed(6)];
    this.#set("lon", lon);
    this.#set("lat", lat);
    this.#look();
    const found = await ask<{ addresses: { label: string }[] }>("/api/addresses", { near: `${lon},${lat}`, limit: "1" });
    const input = this.querySelector<HTMLInputElement>("#field-address");
    if (input && this.#value("lon") === lon) input.value = found?.addresses[0]?.label ?? say("Lieu choisi sur la carte", "Place chosen on the map");
  }

  /** A point of the map is the same line of the list. */
  #mean(index: number) {
    const input = this.querySelector<HTMLInputElement>(`#lamp-${index + 1}`);
    if (!input) return;
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async #offer(kind: string, near: string) {
    const found = await ask<{ assets: Asset[] }>("/api/app/assets", { kind, near });
    this.#lamps.dataset.near = near + kind;
    this.#assets = found?.assets ?? [];
    if (!found?.assets.length) return this.#lamps.replaceChildren();
    const choice = (asset: Asset | null, i: number) => {
      const input = make("input", { type: "radio", name: "lamp", id: `lamp-${i}`, value: asset ? String(asset.number) : "" });
      input.checked = !asset;
      const text = asset ? `${asset.id} · ${asset.metres} m${asset.address ? ` · ${asset.address}` : ""}` : say("Je ne sais pas", "I do not know");
      return make("li", {}, input, make("label", { for: input.id }, text));
    };
    this.#lamps.replaceChildren(make(
      "fieldset",
      { class: "choices" },
      make("legend", {}, say("Lequel ? Le numéro est souvent écrit sur le mât.", "Which one? The number is often written on the mast.")),
      make("ul", { class: "choices" }, choice(null, 0), ...found.assets.map((asset, i) => choice(asset, i + 1))),
    ));
  }

  #tell(known: Known | null) {
    if (!known) return this.#known.replaceChildren();
    const lines: Node[] = [];
    if (known.elsewhere) lines.push(...elsewhere(known.elsewhere));
    if (known.trouble || known.reports.length > 0) lines.push(make("h2", {}, say("Nous savons peut-être déjà", "We may know already")));
    if (known.trouble) lines.push(...this.#trouble(known.trouble));
    if (known.reports.length > 0) {
      lines.push(make("ul", { class: "around" }, ...known.reports.map((one) =>
        make(
          "li",
          {},
          make("a", { href: one.link }, one.title),
          make("p", {}, make("a", { href: one.link, class: "button" }, say("C'est ça : suivre", "That is it: follow"))),
          make("p", {}, `${Math.round(one.metres / 5) * 5} m · ${one.standing} · ${say("promis pour le", "promised for")} ${one.promised}`),
        )
      )));
      lines.push(make("p", { class: "quiet" }, say(
        "Si c'est le même problème, ouvrez-le pour le suivre. Sinon, envoyez le vôtre.",
        "If it is the same problem, open it and follow it. If not, send yours.",
      )));
    }
    if (known.dates) lines.push(make("p", { class: "quiet" }, dates(known.dates)));
    this.#known.replaceChildren(...lines);
  }

  /** What the asset says of itself, when a crew comes, and a way to follow that without a report of one's own. */
  #trouble(trouble: NonNullable<Known["trouble"]>): Node[] {
    const when = trouble.expected
      ? say(` Prévu pour le ${trouble.expected} : ${trouble.because ?? ""}.`, ` Expected on ${trouble.expected}: ${trouble.because ?? ""}.`)
      : "";
    const lines: Node[] = [make("p", {}, say(
      `Nous le savons déjà : cet équipement nous dit lui-même « ${trouble.state} ».${when}`,
      `We know already: this asset tells us by itself "${trouble.state}".${when}`,
    ))];
    if (trouble.asset === undefined) return lines;
    const button = make("button", { type: "button", class: "button" }, say("Suivre, sans rien envoyer", "Follow, without sending anything"));
    const [asset, category, key] = [String(trouble.asset), this.#value("category"), newKey()];
    button.addEventListener("click", () => {
      // A form of its own: this place is inside the form of the report, and forms do not nest.
      const form = make("form", { method: "post", action: "/app/known/follow", hidden: "" });
      for (const [name, value] of Object.entries({ asset, category, key })) form.append(make("input", { type: "hidden", name, value }));
      document.body.append(form);
      form.submit();
    });
    return [...lines, make("p", {}, button)];
  }

  async #submit(form: HTMLFormElement) {
    const category = form.querySelector<HTMLInputElement>("input[name=category]:checked");
    const missing: { field: string; message: string }[] = [];
    if (!this.#value("address").trim() && !this.#value("lon")) missing.push({ field: "address", message: say("Indiquez une adresse, ou votre position.", "Give an address, or your position.") });
    if (!category) missing.push({ field: "category", message: say("Choisissez ce que vous signalez.", "Choose what you report.") });
    if (missing.length > 0 || !category) return this.#wrong(missing);
    const fields: [string, string][] = [];
    for (const [name, value] of new FormData(form)) {
      const isOther = name.startsWith("a.") && !name.startsWith(`a.${category.value}.`);
      if (typeof value === "string" && value !== "" && name !== "key" && name !== "lamp" && !isOther) fields.push([name, value]);
    }
    const title = form.querySelector(`label[for="${category.id}"]`)?.firstChild?.textContent ?? category.value;
    const one: Waiting = { key: newKey(), title, at: Date.now(), fields, photos: this.#photos };
    const button = form.querySelector<HTMLButtonElement>(".send button");
    if (button) button.disabled = true;
    // On this device first: whatever happens next, it is not lost. Where a device keeps nothing, it is sent all the same.
    const isKept = await keep(one).then(() => true, () => false);
    const sent = await send(one);
    if (button) button.disabled = false;
    if (sent.is === "kept") {
      remember({ reference: sent.reference, link: sent.link, title: one.title, at: one.at });
      await forget(one.key).catch(() => undefined);
      return location.assign(`${sent.link}?sent=1`);
    }
    if (sent.is === "wrong") {
      await forget(one.key).catch(() => undefined);
      return this.#wrong(sent.errors.length > 0 ? sent.errors : [{ field: "", message: sent.detail }]);
    }
    if (!isKept) return this.#wrong([{ field: "", message: say("Pas de réseau, et cet appareil ne peut rien garder.", "No network, and this device can keep nothing.") }]);
    later();
    form.reset();
    this.#photos = [];
    this.#hint.textContent = "";
    for (const name of ["lon", "lat", "asset"]) this.#set(name, "");
    this.querySelector(".photo-shown")?.replaceChildren();
    this.#known.replaceChildren();
    this.#map.place(null);
    this.#wrong([]);
    dispatchEvent(new Event("report-waits"));
    const queue = document.querySelector<HTMLElement>("report-queue");
    if (queue) {
      queue.tabIndex = -1;
      queue.focus();
      queue.scrollIntoView({ block: "start" });
    }
  }

  /** Says above the form what is to be corrected, each a link to its field. */
  #wrong(errors: { field: string; message: string }[]) {
    this.querySelector("#errors-here")?.remove();
    document.getElementById("errors")?.remove();
    if (errors.length === 0) return;
    const items = errors.map(({ field, message }) => {
      const target = document.getElementById(`field-${field}`) ?? document.getElementById(`step-${field}`);
      return make("li", {}, target ? make("a", { href: `#${target.id}` }, message) : message);
    });
    const list = make("div", { id: "errors-here", class: "banner banner-alarm", role: "alert", tabindex: "-1" }, make("div", {}, make("p", {}, make("strong", {}, say("Rien n'est encore envoyé. À corriger :", "Nothing is sent yet. To correct:"))), make("ul", {}, ...items)));
    this.prepend(list);
    list.focus();
  }
}

/** Who cares for a place that is not the city's, and how to reach them: said before anything is sent. */
function elsewhere(body: NonNullable<Known["elsewhere"]>): Node[] {
  const ways: Node[] = [];
  if (body.phone) ways.push(make("a", { href: `tel:${body.phone.replace(/[^0-9+]/g, "")}`, class: "button" }, body.phone));
  if (/^https?:/.test(body.web)) ways.push(make("a", { href: body.web, class: "button" }, say("Leur site", "Their site")));
  return [
    make("h2", {}, say(`Ce lieu relève de : ${body.title}`, `This place is cared for by: ${body.title}`)),
    make("p", {}, body.note || say("La ville ne peut pas y intervenir : adressez-vous à eux.", "The city cannot act there: turn to them.")),
    ...(ways.length > 0 ? [make("p", { class: "row" }, ...ways)] : []),
  ];
}

/** What is promised, and what the crews' queue says. */
function dates(known: NonNullable<Known["dates"]>): string {
  const expected = known.expected
    ? say(` Prévu pour le ${known.expected} : ${known.because ?? ""}.`, ` Expected on ${known.expected}: ${known.because ?? ""}.`)
    : "";
  return say(`Si vous l'envoyez : promis au plus tard le ${known.promised}.${expected}`, `If you send it: promised for ${known.promised} at the latest.${expected}`);
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return await new Promise((resolve, reject) => canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("no picture")), "image/jpeg", 0.82));
}
