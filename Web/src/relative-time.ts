// SPDX-License-Identifier: EUPL-1.2

const steps: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, "second"],
  [3600, "minute"],
  [86400, "hour"],
  [Infinity, "day"],
];

/** 'il y a 3 minutes' for a number of seconds from now (negative: in the past). */
export function relative(seconds: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
  const size = Math.abs(seconds);
  const index = steps.findIndex(([limit]) => size < limit);
  const unit = steps[index]?.[1] ?? "day";
  const divisor = index > 0 ? (steps[index - 1]?.[0] ?? 1) : 1;
  return words.format(Math.round(seconds / divisor), unit);
}

/** Keeps every `<time data-relative>` of the page true; the absolute time stays in its title. */
export function keepTimesTrue() {
  const draw = () => {
    const now = Date.now();
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
      const at = Date.parse(time.dateTime);
      if (!Number.isNaN(at)) time.textContent = relative((at - now) / 1000, document.documentElement.lang);
    }
  };
  draw();
  setInterval(draw, 5000);
}
