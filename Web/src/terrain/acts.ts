// SPDX-License-Identifier: EUPL-1.2
import { say } from "../app/words.ts";

/** What a job's state becomes by an act, as far as the tablet can know; the room's answer counts. */
const AFTER: Record<string, string> = { start: "started", pause: "paused", proceed: "started", block: "blocked", finish: "done" };

export function after(state: string, acts: { act: string }[]): string {
  return acts.reduce((now, one) => AFTER[one.act] ?? now, state);
}

export function title(act: string): string {
  const titles: Record<string, [string, string]> = {
    start: ["Commencée", "Begun"],
    pause: ["Pause", "Pause"],
    proceed: ["Reprise", "Gone on with"],
    block: ["Bloquée", "Blocked"],
    finish: ["C'est fait", "Done"],
    note: ["Note", "Note"],
    time: ["Temps passé", "Time spent"],
    parts: ["Pièces posées", "Parts used"],
    sign: ["Signature", "Signature"],
    confirm: ["Sécurité confirmée", "Safety confirmed"],
    photo: ["Photo", "Photo"],
  };
  const [french, english] = titles[act] ?? [act, act];
  return say(french, english);
}

export function stateTitle(state: string): string {
  const titles: Record<string, [string, string]> = {
    wanted: ["À planifier", "Wanted"],
    planned: ["Planifiée", "Planned"],
    started: ["En cours", "In progress"],
    paused: ["En pause", "Paused"],
    blocked: ["Bloquée", "Blocked"],
    done: ["Faite", "Done"],
    cancelled: ["Annulée", "Cancelled"],
  };
  const [french, english] = titles[state] ?? [state, state];
  return say(french, english);
}

/** The members of an act out of its form (Sources/Interventions/Terrain/TerrainForm.swift reads the same). Null where it lacks something. */
export function read(form: HTMLFormElement): Record<string, unknown> | null {
  const fields = new FormData(form);
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const act = text("act");
  switch (act) {
    case "start":
    case "pause":
    case "proceed":
      return { act };
    case "block":
      return { act, text: [text("reason"), text("text")].filter((part) => part !== "").join(" : ") };
    case "finish":
      return text("proof") === "photos" ? { act, proof: "photos", text: text("text") } : { act, proof: "word", name: text("name"), text: text("text") };
    case "note":
      return { act, text: text("text") };
    case "time":
      return { act, minutes: Number(text("minutes")) };
    case "parts":
      return { act, name: text("name"), count: Number(text("count")) };
    case "sign":
      return { act, name: text("name") };
    case "confirm":
      return { act, safety: text("safety"), name: text("name") };
    case "photo":
      return { act, stage: text("stage") };
    default:
      return null;
  }
}
