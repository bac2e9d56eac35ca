// Does a value speak for trouble? With hysteresis: it takes more to begin than to go on, so that a
// value that hovers around a bound does not ring a bell with every breath.

import type { Condition } from '../rule.ts';
import { burnOf, type Windows } from './burn.ts';
import type { Value } from './signals/sample.ts';

export type Judged = {
  readonly holds: boolean;
  readonly value: number | null;
  readonly because: string;
};

/** @param held Whether it held before. */
export function judge(
  when: Condition,
  value: Value,
  held: boolean,
  windows: Windows | undefined,
): Judged {
  switch (when.kind) {
    case 'above':
      return bound(value, held, `above ${when.enter}`, `above ${when.exit}`, (number) =>
        held ? number > when.exit : number > when.enter,
      );
    case 'below':
      return bound(value, held, `below ${when.enter}`, `below ${when.exit}`, (number) =>
        held ? number < when.exit : number < when.enter,
      );
    case 'is': {
      const holds = typeof value === 'string' && when.values.includes(value);
      return { holds, value: null, because: `it is ${String(value ?? 'gone')}` };
    }
    case 'burnRate': {
      const burn = value === null || windows === undefined ? 0 : burnOf(windows, when);
      const times = burn.toFixed(2);
      return { holds: burn > 1, value: burn, because: `budget burns at ${times} of the bound` };
    }
  }
}

function bound(
  value: Value,
  held: boolean,
  enter: string,
  exit: string,
  test: (value: number) => boolean,
): Judged {
  if (typeof value !== 'number') return { holds: false, value: null, because: 'it is over' };
  const holds = test(value);
  const limit = held ? exit : enter;
  const because = `value ${Number(value.toPrecision(4))} is ${holds ? '' : 'not '}${limit}`;
  return { holds, value, because };
}
