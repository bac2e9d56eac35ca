// Small pictures of numbers: a sparkline, a share, a meter.

import type { VNode } from 'preact';
import { admitted } from '../model/format.ts';
import type { Tone } from '../model/situation.ts';
import { sparkPath } from '../model/spark.ts';

/** The last minute as a line. `atLeast` is the value that fills the height if nothing is larger. */
export function Spark(props: {
  values: readonly (number | null)[];
  atLeast: number;
  tone: Tone;
  label: string;
}): VNode {
  return (
    <svg
      class={`spark tone-${props.tone}`}
      viewBox="0 0 96 22"
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <line x1="0" x2="96" y1="21" y2="21" />
      <path d={sparkPath(props.values, 96, 22, props.atLeast)} />
    </svg>
  );
}

/** Tone of an error ratio: a look from 1 %, bad from 10 %. */
export function ratioTone(value: number | null): Tone {
  if (value === null) return 'unknown';
  if (value >= 0.1) return 'bad';
  return value >= 0.01 ? 'watch' : 'calm';
}

/** A part of a whole, 0..1, as a bar; `mark` draws a line at a wanted value. */
export function Bar(props: {
  value: number;
  tone?: Tone;
  mark?: number;
  wide?: boolean;
  thick?: boolean;
}): VNode {
  const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;
  const kinds = [
    'bar',
    props.tone === undefined ? '' : `tone-${props.tone}`,
    props.wide === true ? 'wide' : '',
    props.thick === true ? 'thick' : '',
    props.mark === undefined ? '' : 'marked',
  ];
  return (
    <span class={kinds.join(' ')} aria-hidden="true">
      <i style={{ width: percent(props.value) }} />
      {props.mark === undefined ? null : <b style={{ left: percent(props.mark) }} />}
    </span>
  );
}

/** Share of clients a region admits: bar and number. */
export function Share({ admit }: { admit: number }): VNode {
  return (
    <span class="share">
      <Bar value={admit / 10_000} />
      <span>{admitted(admit)}</span>
    </span>
  );
}

/** A named part of a whole with its number, one line of the evidence. */
export function Meter(props: {
  name: string;
  value: number;
  of: number;
  text: string;
  tone?: Tone;
  mark?: number;
}): VNode {
  return (
    <div class="meter">
      <span class="name" title={props.name}>
        {props.name}
      </span>
      <Bar
        value={props.of === 0 ? 0 : props.value / props.of}
        wide
        {...(props.tone === undefined ? {} : { tone: props.tone })}
        {...(props.mark === undefined || props.of === 0 ? {} : { mark: props.mark / props.of })}
      />
      <span>{props.text}</span>
    </div>
  );
}
