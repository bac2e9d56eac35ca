// Time below, values at the left, and the marks of what happened across.

import type { Mark, Taken } from './dashboard.ts';
import { ink, inUnit } from './look.ts';
import { type Box, label, line } from './svg.ts';

export type Scale = (value: number) => number;

export function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to === from ? 1 : to - from;
  return (value) => start + ((value - from) / span) * (end - start);
}

export function timeScale({ fromSeconds, toSeconds }: Taken, { x, w }: Box): Scale {
  return scale(fromSeconds, toSeconds, x, x + w);
}

/** Round values from 0 up to or over the largest, 3 to 6 of them. */
export function ticksUpTo(largest: number): readonly number[] {
  const rough = (largest || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const count = Math.ceil(largest / step - 1e-9) || 1;
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** @param box The plot without its axes. */
export function valueAxis(ticks: readonly number[], unit: string, at: Scale, box: Box): string {
  return ticks
    .map((tick) => {
      const y = at(tick);
      const text = label(inUnit(tick, unit), box.x - 6, y + 3.5, {
        'text-anchor': 'end',
        class: 'tick',
      });
      return line([box.x, y], [box.x + box.w, y], { stroke: ink.grid }) + text;
    })
    .join('');
}

export function timeAxis(taken: Taken, box: Box): string {
  const at = timeScale(taken, box);
  const { fromSeconds, toSeconds } = taken;
  const every =
    [5, 10, 15, 30, 60, 120, 300].find((each) => (toSeconds - fromSeconds) / each <= box.w / 62) ??
    600;
  const first = Math.ceil(fromSeconds / every) * every;
  const count = Math.floor((toSeconds - first) / every) + 1;
  return Array.from({ length: count }, (_, i) => first + i * every)
    .map((second) =>
      label(clock(second), at(second), box.y + box.h + 14, {
        'text-anchor': 'middle',
        class: 'tick',
      }),
    )
    .join('');
}

export function markLines(taken: Taken, box: Box): string {
  const at = timeScale(taken, box);
  return taken.marks
    .map(({ atSeconds, colour }: Mark) => {
      const x = at(atSeconds);
      const foot = `${x - 3.5},${box.y + box.h + 4} ${x + 3.5},${box.y + box.h + 4} ${x},${box.y + box.h - 1}`;
      const flag = `<polygon points="${foot}" fill="${colour}"/>`;
      return (
        line([x, box.y], [x, box.y + box.h], {
          stroke: colour,
          'stroke-dasharray': '3 3',
          'stroke-width': 1.2,
        }) + flag
      );
    })
    .join('');
}

/** hh:mm:ss, UTC. */
export function clock(seconds: number): string {
  const parts = [
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds) % 60,
  ];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
