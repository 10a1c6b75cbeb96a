// SPDX-License-Identifier: EUPL-1.2

/** A length of time in its two greatest units, as the server writes it: `2 h 05 min`, `3 j 4 h`, `12 s`. */
export function span(seconds: number, language: string): string {
  const s = Math.abs(Math.trunc(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) {
    return s % 60 === 0 || s >= 600 ? `${Math.trunc(s / 60)} min` : `${Math.trunc(s / 60)} min ${two(s % 60)} s`;
  }
  if (s < 86400) return `${Math.trunc(s / 3600)} h ${two(Math.trunc(s / 60) % 60)} min`;
  return `${Math.trunc(s / 86400)} ${language === "en" ? "d" : "j"} ${Math.trunc(s / 3600) % 24} h`;
}

/** How far the room's clock goes ahead of this device's: an exercise may be hours ahead, a phone minutes wrong. */
const ahead = Number(document.documentElement.dataset.now || Date.now()) - Date.now();

/** The room's time, in milliseconds. */
export function roomNow(): number {
  return Date.now() + ahead;
}

/** Keeps every `<time data-ago>` of the page true; the absolute time stays in its title. */
export function keepTimesTrue() {
  const draw = () => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
      const at = Date.parse(time.dateTime);
      if (Number.isNaN(at)) continue;
      const text = span((roomNow() - at) / 1000, document.documentElement.lang);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  draw();
  setInterval(draw, 1000);
}
