// A dashboard as one SVG, in Grafana's grid of 24 columns, out of data that was asked before.

import { clock } from './axes.ts';
import type { Answered, Place, Taken } from './dashboard.ts';
import { bands, heatmap, series } from './draw-course.ts';
import { map } from './draw-map.ts';
import { nothing, stat, table } from './draw-numbers.ts';
import { ink } from './look.ts';
import { type Box, element, fitted, inset, label, line, rect } from './svg.ts';

/** Pixels. READMEs show it at about three quarters of this. */
const width = 1_120;
const margin = 12;
const gap = 8;
const rowHeight = 25;
const header = 46;
const columns = 24;

const style =
  `text{font-family:Inter,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;font-size:11px}
.tick{font-size:10px;fill:${ink.faint}}.legend{font-size:10.5px}.head{font-weight:600;fill:#1f60c4}.title{font-size:12px;font-weight:600}
.row{font-size:13px;font-weight:600}.large{font-size:30px;font-weight:600}.band{font-size:11px;fill:#fff;font-weight:600}
.place{font-size:11px;font-weight:600}.page{font-size:16px;font-weight:600}`.replaceAll('\n', '');

export function page(taken: Taken): string {
  const rows = Math.max(...taken.panels.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const height = header + rows * rowHeight + margin;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      fill: ink.text,
      role: 'img',
      'aria-label': `Grafana dashboard ${taken.title}`,
    },
    element('style', {}, style),
    rect({ x: 0, y: 0, w: width, h: height }, { fill: ink.canvas, rx: 6 }),
    heading(taken),
    ...taken.panels.map((answered) => drawn(answered, taken)),
  );
}

function heading({ title, fromSeconds, toSeconds, marks }: Taken): string {
  const names = new Map(marks.map(({ name, colour }) => [name, colour]));
  let x = 250;
  const keys = [...names].map(([name, colour]) => {
    const dash = line([x, 25], [x + 14, 25], {
      stroke: colour,
      'stroke-dasharray': '3 3',
      'stroke-width': 2,
    });
    const text = label(name, x + 19, 29);
    x += name.length * 6 + 44;
    return dash + text;
  });
  const span = `${clock(fromSeconds)} to ${clock(toSeconds)} UTC`;
  const right = label(span, width - margin - 4, 29, { 'text-anchor': 'end', fill: ink.faint });
  return label(title, margin + 4, 30, { class: 'page' }) + keys.join('') + right;
}

function drawn(answered: Answered, taken: Taken): string {
  const { panel } = answered;
  const box = boxOf(panel.gridPos);
  if (panel.type === 'row') {
    return label(`⌄  ${panel.title}`, box.x + 4, box.y + 16, { class: 'row' });
  }
  const title = label(fitted(panel.title, box.w - 16, 12), box.x + 10, box.y + 19, {
    class: 'title',
  });
  const inside = inset(box, 10, 28, 10, 8);
  return (
    rect(box, { fill: ink.panel, stroke: ink.edge, rx: 3 }) +
    title +
    content(answered, taken, inside)
  );
}

function content(answered: Answered, taken: Taken, box: Box): string {
  switch (answered.panel.type) {
    case 'stat':
      return stat(answered, taken, box);
    case 'table':
      return table(answered, box);
    case 'geomap':
      return map(answered, box);
    case 'timeseries':
      return series(answered, taken, box);
    case 'state-timeline':
      return bands(answered, taken, box, true);
    case 'status-history':
      return bands(answered, taken, box, false);
    case 'heatmap':
      return heatmap(answered, taken, box);
    default:
      return nothing(box);
  }
}

function boxOf({ x, y, w, h }: Place): Box {
  const column = (width - 2 * margin + gap) / columns;
  return {
    x: margin + x * column,
    y: header + y * rowHeight,
    w: w * column - gap,
    h: h * rowHeight - gap,
  };
}
