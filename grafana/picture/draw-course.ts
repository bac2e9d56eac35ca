// Panels over time: lines, bands of states, and the heat map.

import type { Line, Point } from './answer.ts';
import { markLines, scale, ticksUpTo, timeAxis, timeScale, valueAxis } from './axes.ts';
import { type Answered, legendOf, type Taken, unitOf } from './dashboard.ts';
import { nothing } from './draw-numbers.ts';
import { colourOf, ink, inUnit, seriesColour, wordOf } from './look.ts';
import { type Box, element, fitted, inset, label, path, rect } from './svg.ts';

/** Pixels. */
const legendSize = 10.5;

type Named = { readonly name: string; readonly points: readonly Point[] };

function namedLines({ panel, answers }: Answered): readonly Named[] {
  const all = (panel.targets ?? []).flatMap((target, at) =>
    (answers[at] ?? []).map(({ labels, points }) => ({ name: legendOf(target, labels), points })),
  );
  return all.sort((a, b) => a.name.localeCompare(b.name));
}

export function series(answered: Answered, taken: Taken, box: Box): string {
  const lines = namedLines(answered);
  const unit = unitOf(answered.panel);
  const plot = inset(box, 52, 6, 10, 40);
  const values = lines
    .flatMap(({ points }) => points.map(([, value]) => value))
    .filter(Number.isFinite);
  if (values.length === 0) return nothing(box);
  const ticks = ticksUpTo(Math.max(...values));
  const y = scale(0, ticks.at(-1) ?? 1, plot.y + plot.h, plot.y);
  const x = timeScale(taken, plot);
  const drawn = lines.flatMap(({ points }, index) =>
    runs(points).map((run) =>
      path(
        run.map(([at, value]) => [x(at), y(value)] as const),
        {
          fill: 'none',
          stroke: seriesColour(index),
          'stroke-width': 1.8,
          'stroke-linejoin': 'round',
        },
      ),
    ),
  );
  return [
    valueAxis(ticks, unit, y, plot),
    timeAxis(taken, plot),
    markLines(taken, plot),
    ...drawn,
    legend(lines, unit, inset(box, 8, box.h - 16, 8, 0)),
  ].join('');
}

/** Stretches without a gap. */
function runs(points: readonly Point[]): readonly (readonly Point[])[] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point[1])) found.at(-1)?.push(point);
    else if (found.at(-1)?.length !== 0) found.push([]);
  }
  return found.filter((run) => run.length > 1);
}

/** With last values where they fit. */
function legend(lines: readonly Named[], unit: string, { x, y, w }: Box): string {
  const wide = Math.min(w / lines.length, 230);
  const valued = lines.map(({ name, points }) => {
    const last = points.findLast(([, value]) => Number.isFinite(value))?.[1];
    return last === undefined ? name : `${name}: ${inUnit(last, unit)}`;
  });
  const fits = valued.every((text) => fitted(text, wide - 20, legendSize) === text);
  return lines
    .map(({ name }, index) => {
      const left = x + index * wide;
      const text = fitted((fits ? valued[index] : undefined) ?? name, wide - 20, legendSize);
      const swatch = rect(
        { x: left, y: y + 4, w: 12, h: 3 },
        { fill: seriesColour(index), rx: 1.5 },
      );
      return swatch + label(text, left + 17, y + 9, { class: 'legend' });
    })
    .join('');
}

/** @param mergesEqual Equal neighbours are one band with its word; else every step is a cell. */
export function bands(answered: Answered, taken: Taken, box: Box, mergesEqual: boolean): string {
  const lines = namedLines(answered);
  if (lines.length === 0) return nothing(box);
  const plot = inset(box, 190, 2, 10, 20);
  const high = plot.h / lines.length;
  const x = timeScale(taken, plot);
  const rows = lines.map(({ name, points }, row) => {
    const lane = inset(
      { x: plot.x, y: plot.y + row * high, w: plot.w, h: high },
      0,
      Math.min(4, high * 0.1),
    );
    const text = label(fitted(name, 180, 11), plot.x - 8, lane.y + lane.h / 2 + 4, {
      'text-anchor': 'end',
      class: 'cell',
    });
    const parts = mergesEqual ? merged(points) : points.map((point) => [point, point] as const);
    const drawn = parts.map(([[from, value], [to]]) => {
      const left = x(from);
      const end = Math.min(x(to + taken.stepSeconds), plot.x + plot.w);
      return cell(answered, value, { ...lane, x: left, w: Math.max(0, end - left) }, mergesEqual);
    });
    return text + drawn.join('');
  });
  return [...rows, timeAxis(taken, plot), markLines(taken, plot)].join('');
}

function cell({ panel }: Answered, value: number, box: Box, isBand: boolean): string {
  const colour = colourOf(panel, value);
  const word = wordOf(panel, value);
  const gap = isBand ? 0 : Math.min(1, box.w * 0.1);
  const drawn = rect(
    { ...box, w: Math.max(0.5, box.w - gap) },
    { fill: colour, 'fill-opacity': 0.85 },
  );
  if (!isBand || word === null || box.w < word.length * 7) return drawn;
  return drawn + label(word, box.x + 6, box.y + box.h / 2 + 4, { class: 'band' });
}

/** First and last point of each stretch of one value. */
function merged(points: readonly Point[]): readonly (readonly [Point, Point])[] {
  const found: [Point, Point][] = [];
  for (const point of points) {
    const open = found.at(-1);
    if (open !== undefined && open[0][1] === point[1]) open[1] = point;
    else found.push([point, point]);
  }
  return found;
}

/** Classic buckets as Grafana draws them: each bucket without the ones below it. */
export function heatmap({ answers: [lines = []] }: Answered, taken: Taken, box: Box): string {
  const buckets = lines
    .filter(({ labels }) => labels['le'] !== undefined)
    .toSorted((a, b) => edgeOf(a) - edgeOf(b));
  const cells = buckets.flatMap(({ points }, row) =>
    points.map(([at, upTo]) => ({ at, row, count: upTo - (valueAt(buckets[row - 1], at) ?? 0) })),
  );
  const most = Math.max(...cells.map(({ count }) => count), 0);
  if (most === 0) return nothing(box);
  const plot = inset(box, 58, 6, 10, 22);
  const x = timeScale(taken, plot);
  const high = plot.h / buckets.length;
  const drawn = cells
    .filter(({ count }) => count > most / 1_000)
    .map(({ at, row, count }) => {
      const left = x(at);
      const wide = Math.max(0.5, Math.min(x(at + taken.stepSeconds), plot.x + plot.w) - left - 0.5);
      const place = { x: left, y: plot.y + plot.h - (row + 1) * high, w: wide, h: high - 1 };
      return rect(place, { fill: cividis(Math.sqrt(count / most)) });
    });
  const names = buckets.flatMap((bucket, row) =>
    row % 3 === 0
      ? label(inUnit(edgeOf(bucket), 's'), plot.x - 6, plot.y + plot.h - (row + 0.5) * high + 4, {
          'text-anchor': 'end',
          class: 'tick',
        })
      : [],
  );
  return (
    element('g', {}, ...drawn) + names.join('') + timeAxis(taken, plot) + markLines(taken, plot)
  );
}

function edgeOf({ labels }: Line): number {
  return labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
}

function valueAt(bucket: Line | undefined, at: number): number | undefined {
  return bucket?.points.find(([second]) => second === at)?.[1];
}

/** A few stops of the map, light to dark as on a light theme. */
function cividis(share: number): string {
  const stops = ['#fee838', '#d3c164', '#a59c74', '#7c7b78', '#575d6d', '#283b6c', '#00224e'];
  return stops[Math.min(stops.length - 1, Math.floor(share * stops.length))] ?? ink.text;
}
