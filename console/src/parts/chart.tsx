// A live chart on canvas. Thin: one line, its area, two grid lines, and the value under the pointer.

import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { colour, useThemeTurn, useWidth } from '../io/colours.ts';
import { clock } from '../model/format.ts';

export type ChartProps = {
  readonly title: string;
  readonly atMs: readonly number[];
  readonly values: readonly (number | null)[];
  /** Custom property of the line. */
  readonly line: string;
  /** The scale reaches at least this far, so that noise stays small. */
  readonly atLeast: number;
  readonly format: (value: number | null) => string;
  /** What stands beside a grid line. */
  readonly tick: (value: number) => string;
};

const height = 92;

export function Chart(props: ChartProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const width = useWidth(place);
  const theme = useThemeTurn();
  const data: uPlot.AlignedData = [props.atMs.map((ms) => ms / 1_000), [...props.values]];

  useEffect(() => {
    if (place.current === null || width === 0) return undefined;
    const made = new uPlot(options(props, width, setAt), data, place.current);
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [width, theme, props.line]);
  useEffect(() => chart.current?.setData(data), [data]);

  const shown = at === null ? props.values.length - 1 : at;
  const time = at === null ? '' : `${clock(props.atMs[shown] ?? 0)} `;
  return (
    <figure>
      <figcaption class="chart-title">
        <span>{props.title}</span>
        <span>
          {time}
          <b>{props.format(props.values[shown] ?? null)}</b>
        </span>
      </figcaption>
      <div class="chart" ref={place} />
    </figure>
  );
}

function options(
  props: ChartProps,
  width: number,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const grid = { stroke: colour('--line'), width: 1 };
  return {
    width,
    height,
    padding: [8, 8, 7, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, __, max) => [0, Math.max(props.atLeast, max ?? 0) * 1.05] } },
    axes: [
      { show: false },
      {
        size: 44,
        gap: 4,
        stroke: colour('--ink-3'),
        font: '11px system-ui, sans-serif',
        grid,
        ticks: { show: false },
        space: 30,
        values: (_, splits) => splits.map(props.tick),
      },
    ],
    series: [
      {},
      {
        stroke: colour(props.line),
        width: 1.5,
        fill: faded(colour(props.line)),
        points: { show: false },
      },
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

function faded(rgb: string): string {
  return rgb.startsWith('rgb(') ? rgb.replace('rgb(', 'rgba(').replace(')', ', 0.1)') : rgb;
}
