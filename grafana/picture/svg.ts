// SVG as text: elements with attributes, nothing more.

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A place on the canvas in pixels. */
export type Box = {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};

export function element(
  name: string,
  attributes: Attributes,
  ...inside: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === 'number' ? short(value) : escaped(String(value))}"`,
    )
    .join('');
  return inside.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${inside.join('')}</${name}>`;
}

export function rect(box: Box, attributes: Attributes): string {
  const { x, y, w: width, h: height } = box;
  return element('rect', { x, y, width, height, ...attributes });
}

export function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text));
}

export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  attributes: Attributes,
): string {
  return element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], ...attributes });
}

export function path(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const d = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('');
  return element('path', { d, ...attributes });
}

/** As many characters as fit; nothing can be measured here, so letters count as 0.52 of their size. */
export function fitted(text: string, width: number, size: number): string {
  const most = Math.floor(width / (size * 0.52));
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}

export function inset(
  { x, y, w, h }: Box,
  left: number,
  top: number,
  right: number = left,
  bottom: number = top,
): Box {
  return { x: x + left, y: y + top, w: w - left - right, h: h - top - bottom };
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
