// SPDX-License-Identifier: EUPL-1.2

/** Text in the page's language. */
export function say(french: string, english: string): string {
  return document.documentElement.lang === "en" ? english : french;
}

/** An element with attributes and content; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** Without case and accents. */
export function fold(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe");
}

/** What an address of ours answers, or null where it does not. */
export async function ask<T>(path: string, query: Record<string, string>): Promise<T | null> {
  try {
    const answer = await fetch(`${path}?${new URLSearchParams(query)}`, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() as T : null;
  } catch {
    return null;
  }
}

/** The same by a POST: what people type stands in no address. */
export async function tell<T>(path: string, fields: Record<string, string>): Promise<T | null> {
  try {
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() as T : null;
  } catch {
    return null;
  }
}
