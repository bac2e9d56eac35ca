// Colours and the words they stand for.
//
// Okabe and Ito's palette, which people with any of the common colour blindnesses can tell apart
// (https://jfly.uni-koeln.de/color/). Colour never speaks alone: a mapping always has its word.

import {
  type FieldColor,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';

export const colours = {
  good: '#0072B2',
  note: '#56B4E9',
  warn: '#E69F00',
  bad: '#D55E00',
  moved: '#CC79A7',
  none: '#999999',
} as const;

export type Colour = keyof typeof colours;

/** Good up to `warn`, warned of up to `bad`. Leave `bad` out where nothing is worth a page. */
export function rising(warn: number, bad?: number): ThresholdsConfigBuilder {
  return steps([null, 'good'], [warn, 'warn'], ...(bad === undefined ? [] : [at(bad, 'bad')]));
}

/** The other way round: less is worse. */
export function falling(warn: number, good: number): ThresholdsConfigBuilder {
  return steps([null, 'bad'], [warn, 'warn'], [good, 'good']);
}

/** Neither much nor little is bad. */
export function plain(): ThresholdsConfigBuilder {
  return steps([null, 'good']);
}

export function byThreshold(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
}

export function fixed(colour: Colour): FieldColor {
  return { mode: FieldColorModeId.Fixed, fixedColor: colours[colour] };
}

/** Numbers as words: `words([0, 'no', 'good'], [1, 'yes', 'bad'])`. */
export function words(
  ...rows: readonly (readonly [value: number, text: string, colour: Colour])[]
): ValueMapping[] {
  const options = Object.fromEntries(
    rows.map(([value, text, colour], index) => [
      String(value),
      { text, color: colours[colour], index },
    ]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

type Step = readonly [value: number | null, colour: Colour];

function at(value: number, colour: Colour): Step {
  return [value, colour];
}

function steps(...rows: readonly Step[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(rows.map(([value, colour]) => ({ value, color: colours[colour] })));
}
