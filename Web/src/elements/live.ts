// SPDX-License-Identifier: EUPL-1.2

/** What the page hears: the data of one event on one topic. */
type Ear = (data: string, event: string) => void;

/**
 * The one EventSource of this tab. Elements say which topics they want; the
 * stream opens with the first, and what it carries is changed by a small POST,
 * so that moving the map never reconnects. While the stream is away the page
 * says so (`data-live` on the root element): old figures never look fresh.
 */
class Live {
  #ears = new Map<string, Set<Ear>>();
  #again = new Set<() => void>();
  #source: EventSource | null = null;
  #stream = "";
  #sent = "";
  #pending = 0;
  /** The newest event known: at first the one before which the page's own data were read, so that nothing between is lost. */
  #last = document.documentElement.dataset.news ?? "";
  #retry = 1000;
  /** Topics that the server let this page hear once. */
  #heard = new Set<string>();

  /** Listens to a topic until the returned function is called. */
  hear(topic: string, ear: Ear): () => void {
    let ears = this.#ears.get(topic);
    if (!ears) this.#ears.set(topic, ears = new Set());
    ears.add(ear);
    this.#changed();
    return () => {
      ears.delete(ear);
      if (ears.size === 0) this.#ears.delete(topic);
      this.#changed();
    };
  }

  /** Called where the stream could not bring everything: what was missed must be fetched. */
  onReturn(act: () => void): void {
    this.#again.add(act);
  }

  #changed() {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => this.#tell(), 20);
  }

  #tell() {
    const topics = [...this.#ears.keys()].sort().join(",");
    if (topics === "") return this.#close();
    if (!this.#source) return this.#open(topics);
    if (topics === this.#sent || this.#stream === "") return;
    this.#sent = topics;
    const body = new URLSearchParams({ topics, csrf: csrf() });
    fetch(`/live/${this.#stream}/topics`, { method: "POST", body })
      .then((answer) => {
        if (!answer.ok) this.#reopen();
      }, () => this.#reopen());
  }

  #open(topics: string) {
    this.#sent = topics;
    this.#stream = "";
    const query = new URLSearchParams({ topics });
    if (this.#last) query.set("after", this.#last);
    const source = new EventSource(`/live?${query}`);
    this.#source = source;
    source.addEventListener("hello", (event) => {
      const [stream = "", ...refused] = (event as MessageEvent<string>).data.trim().split("\n");
      // Rights have changed since: this page hears less than it shows, and says so by coming anew.
      if (refused.some((topic) => this.#heard.has(topic))) return location.reload();
      this.#sent.split(",").filter((topic) => !refused.includes(topic)).forEach((topic) => this.#heard.add(topic));
      this.#stream = stream;
      this.#retry = 1000;
      this.#show("open");
      this.#changed();
    });
    source.addEventListener("resync", (event) => {
      this.#know(event as MessageEvent<string>);
      this.#again.forEach((act) => act());
    });
    source.addEventListener("error", () => this.#reopen());
    for (const name of ["rows", "glances", "vitals", "counts"]) {
      source.addEventListener(name, (event) => this.#take(event as MessageEvent<string>, name));
    }
  }

  #know(event: MessageEvent<string>) {
    if (event.lastEventId !== "" && event.lastEventId !== "0") this.#last = event.lastEventId;
  }

  /** The first line of the data is the topic, the rest is the news. */
  #take(event: MessageEvent<string>, name: string) {
    this.#know(event);
    const end = event.data.indexOf("\n");
    const topic = end < 0 ? event.data : event.data.slice(0, end);
    const news = end < 0 ? "" : event.data.slice(end + 1);
    this.#ears.get(topic)?.forEach((ear) => ear(news, name));
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    this.#stream = "";
  }

  #reopen() {
    this.#close();
    this.#show("away");
    setTimeout(() => this.#changed(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, 15000);
  }

  #show(state: "open" | "away") {
    const root = document.documentElement;
    if (root.dataset.live === state) return;
    root.dataset.live = state;
    root.dispatchEvent(new CustomEvent("livechange", { detail: state }));
  }
}

export const live = new Live();

/**
 * `<vigie-live>` in the head of every page: says whether what is shown is alive, and hears the topics that the page asks for.
 * A page that hears nothing (a form, the help) claims neither the one nor the other.
 */
export class VigieLive extends HTMLElement {
  connectedCallback() {
    document.documentElement.addEventListener("livechange", () => this.#draw());
    const topics = (this.dataset.topics ?? "").split(",").filter((topic) => topic !== "");
    topics.forEach((topic) => live.hear(topic, () => {}));
    this.#draw();
  }

  #draw() {
    const state = document.documentElement.dataset.live;
    this.dataset.state = state === "open" ? "on" : state === "away" ? "lost" : "off";
    const text = this.querySelector(".live-text");
    if (!text) return;
    if (state === "open") text.textContent = say("En direct", "Live");
    else if (state === "away") text.textContent = say("Connexion perdue", "Connection lost");
    else text.textContent = "";
  }
}

/** The secret that proves that a POST comes from our own page. */
export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** A sentence in the language of the page. */
export function say(french: string, english: string): string {
  return document.documentElement.lang === "en" ? english : french;
}
