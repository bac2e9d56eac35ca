// Numbers as an operator reads them: short, of steady width, with a unit.

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in its two largest units: `840 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < secondMs) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * secondMs) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return twoUnits(ms, minuteMs, 'min', secondMs, 's');
  if (ms < dayMs) return twoUnits(ms, hourMs, 'h', minuteMs, 'min');
  return twoUnits(ms, dayMs, 'd', hourMs, 'h');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string) {
  const rest = Math.floor((ms % large) / small);
  const tail = rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} ${smallName}`;
  return `${Math.floor(ms / large)} ${largeName}${tail}`;
}

/** How long ago, coarse: it is read at a glance and must not flicker. */
export function ago(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  if (ms < 2 * secondMs) return 'just now';
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s ago`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  return `${Math.floor(ms / dayMs)} d ago`;
}

/** Time left as a clock that counts down: `0:42`, `14:05`, `1:02:03`. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / secondMs));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3_600);
  const minutes = Math.floor((s % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** Parts of 10,000 as per cent: `100 %`, `12.5 %`. */
export function admitted(share: number): string {
  return `${Number((share / 100).toFixed(1))} %`;
}

/** 0..1 as per cent; small ratios keep a digit that matters, none is shown as a dash. */
export function ratio(value: number | null): string {
  if (value === null) return '–';
  const percent = value * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '<0.1 %';
  return percent < 10 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

/** `842`, `12.4k`, `1.2M`. */
export function count(value: number): string {
  if (value < 1_000) return String(Math.round(value));
  if (value < 999_500) return `${Number((value / 1_000).toFixed(value < 100_000 ? 1 : 0))}k`;
  return `${Number((value / 1_000_000).toFixed(1))}M`;
}

/** Milliseconds of latency; a dash without samples. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms);
}

/** `one client`, `2 clients`. */
export function plural(n: number, one: string, many: string = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** Names in a row: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Local wall clock, `16:40:09`; with tenths for moments that lie close together. */
export function clock(atMs: number, tenths: boolean = false): string {
  const at = new Date(atMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const base = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return tenths ? `${base}.${Math.floor(at.getMilliseconds() / 100)}` : base;
}

/** Local date and wall clock, for titles and for what is not from today. */
export function stamp(atMs: number): string {
  const at = new Date(atMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(atMs)}`;
}

/** A label out of a camel-case name: `targetNotHealthy` is read as `target not healthy`. */
export function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** `spaced`, with a capital. */
export function titled(name: string): string {
  const words = spaced(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
