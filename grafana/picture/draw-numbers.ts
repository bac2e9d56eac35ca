// Panels that show what is true now: one large number over its course, and the table.

import type { Line } from './answer.ts';
import { scale, timeScale } from './axes.ts';
import { type Answered, type Taken, unitOf } from './dashboard.ts';
import { colourOf, ink, inUnit, wordOf } from './look.ts';
import { type Box, fitted, label, line, path } from './svg.ts';

export function stat({ panel, answers }: Answered, taken: Taken, box: Box): string {
  const points = (answers[0]?.[0]?.points ?? []).filter(([, value]) => Number.isFinite(value));
  const [, value] = points.at(-1) ?? [];
  if (value === undefined) return nothing(box);
  const colour = colourOf(panel, value);
  const text = wordOf(panel, value) ?? inUnit(value, unitOf(panel));
  const large = label(text, box.x + box.w / 2, box.y + box.h / 2 + 8, {
    'text-anchor': 'middle',
    class: 'large',
    fill: colour,
  });
  return course(points, taken, box, colour) + large;
}

/** The small area under the number. */
function course(points: Line['points'], taken: Taken, box: Box, colour: string): string {
  const foot = box.y + box.h;
  const x = timeScale(taken, box);
  const largest = Math.max(...points.map(([, value]) => value), 1e-9);
  const y = scale(0, largest, foot, foot - box.h * 0.3);
  const top = points.map(([at, value]) => [x(at), y(Math.max(0, value))] as const);
  const [first, last] = [top[0], top.at(-1)];
  if (first === undefined || last === undefined) return '';
  const area = [[first[0], foot] as const, ...top, [last[0], foot] as const];
  return (
    path(area, { fill: colour, 'fill-opacity': 0.13 }) +
    path(top, { fill: 'none', stroke: colour, 'stroke-width': 1.2 })
  );
}

export function table({ panel, answers }: Answered, box: Box): string {
  const renamed =
    panel.transformations?.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
  const headings = (panel.targets ?? []).map(
    ({ refId }) => renamed[`Value #${refId}`] ?? renamed['Value'] ?? refId,
  );
  const rows = merged(answers);
  const keys = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
  const columns = [...keys, ...headings];
  const wide = box.w / (columns.length + keys.length * 0.35);
  const left = (column: number): number =>
    box.x + (column + Math.min(column, keys.length) * 0.35) * wide;
  const high = 24;
  const cell = (text: string, column: number, row: number): string => {
    const room = left(column + 1) - left(column) - 8;
    const y = box.y + 16 + (row + 1) * high;
    return label(fitted(text, room, 11), left(column) + 4, y, { class: 'cell' });
  };
  const head = columns.map((text, column) =>
    label(text, left(column) + 4, box.y + 16, { class: 'head' }),
  );
  const body = rows.flatMap(({ labels, values }, row) => [
    line([box.x, box.y + (row + 1) * high], [box.x + box.w, box.y + (row + 1) * high], {
      stroke: ink.grid,
    }),
    ...keys.map((key, column) => cell(labels[key] ?? '', column, row)),
    ...headings.map((heading, column) => {
      const value = values[column];
      const text = value === undefined ? '' : inUnit(value, unitOf(panel, heading));
      return cell(text, keys.length + column, row);
    }),
  ]);
  return rows.length === 0 ? nothing(box) : [...head, ...body].join('');
}

type Row = { readonly labels: Line['labels']; readonly values: readonly (number | undefined)[] };

/** One row per set of labels, as Grafana's merge does; the worst first, as the panel's title says. */
function merged(answers: Answered['answers']): readonly Row[] {
  const named = (labels: Line['labels']): string => JSON.stringify(Object.entries(labels).sort());
  const all = new Map(answers.flat().map(({ labels }) => [named(labels), labels]));
  const rows = [...all].map(([name, labels]) => ({
    labels,
    values: answers.map(
      (lines) => lines.find((each) => named(each.labels) === name)?.points.at(-1)?.[1],
    ),
  }));
  const worth = ({ values }: Row): number =>
    values
      .slice(0, 3)
      .reduce<number>((sum, value) => sum + (Number.isFinite(value) ? (value ?? 0) : 1), 0);
  return rows.sort((a, b) => worth(b) - worth(a));
}

export function nothing({ x, y, w, h }: Box): string {
  return label('no data', x + w / 2, y + h / 2 + 4, {
    'text-anchor': 'middle',
    class: 'cell',
    fill: ink.faint,
  });
}
