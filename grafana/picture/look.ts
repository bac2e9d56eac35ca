// Colours, words and sizes of the picture: Grafana's light theme.

import type { Panel } from './dashboard.ts';

export const ink = {
  canvas: '#f4f5f5',
  panel: '#ffffff',
  edge: '#dfe1e5',
  text: '#24292e',
  faint: '#6e7681',
  grid: '#ececee',
  land: '#e3e6ea',
} as const;

/** Grafana's classic palette, light. */
const palette = ['#56a64b', '#e0b400', '#3274d9', '#ff780a', '#a352cc', '#e02f44', '#37872d'];

export function seriesColour(index: number): string {
  return palette[index % palette.length] ?? ink.text;
}

/** By the panel's own mapping, else by its thresholds. */
export function colourOf({ fieldConfig }: Panel, value: number): string {
  const { mappings = [], thresholds } = fieldConfig?.defaults ?? {};
  const mapped = mappings.flatMap(({ options }) => options[String(value)] ?? []);
  const step = thresholds?.steps.findLast(({ value: from }) => from === null || value >= from);
  return mapped[0]?.color ?? step?.color ?? ink.text;
}

/** The word of a mapped value; null where it stays a number. */
export function wordOf({ fieldConfig }: Panel, value: number): string | null {
  const { mappings = [] } = fieldConfig?.defaults ?? {};
  return mappings.flatMap(({ options }) => options[String(value)]?.text ?? [])[0] ?? null;
}

/** A value in one of Grafana's units. */
export function inUnit(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'percentunit':
      return `${trimmed(value * 100)}%`;
    case 's':
      return seconds(value);
    case 'ops':
      return `${trimmed(value)}/s`;
    default:
      return trimmed(value);
  }
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${trimmed(value * 1e6)} µs`;
  return size < 1 ? `${trimmed(value * 1_000)} ms` : `${trimmed(value)} s`;
}

function trimmed(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
