// Numbers as people read them, the same in templates and in our own sentences. Ages are rounded
// coarsely on purpose: words that change every second are a notice every second.

/** 1000 → "1,000". Own code instead of Intl: the same on every machine. */
export function thousands(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 0.998 → "99.8 %", 0.0002 → "0.02 %": two figures of what is small, one decimal of the rest. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  const text = Math.abs(value) < 1 ? value.toFixed(2) : value.toFixed(1);
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text} %`;
}

/** 15000 → "15 s", 61000 → "1 min", 7200000 → "2 h". Whole units, rounded down. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}

/** At most `most` code points; what was cut is marked. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = [...text.slice(0, most * 2)];
  return points.length <= most ? points.join('') : `${points.slice(0, most - 1).join('')}…`;
}
