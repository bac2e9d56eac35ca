// Makes a body fit a receiver's limit. A page that is too large is refused for good, which is the
// worst outcome there is; so every body has a smaller form, and a smaller one still.

import { bytesOf } from './text.ts';

/**
 * The first form that takes at most `maxBytes` as JSON, else the last one whatever its size. Forms
 * are made only when they are needed, the fullest first.
 */
export function firstThatFits(maxBytes: number, forms: readonly (() => unknown)[]): string {
  let json = '';
  for (const form of forms) {
    json = JSON.stringify(form());
    if (bytesOf(json) <= maxBytes) break;
  }
  return json;
}

/** The largest count in 0..`max` whose form fits, by bisection; 0 when none does. */
export function mostThatFit(
  maxBytes: number,
  max: number,
  form: (count: number) => unknown,
): number {
  let fits = 0;
  let above = max + 1;
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if (bytesOf(JSON.stringify(form(middle))) <= maxBytes) fits = middle;
    else above = middle;
  }
  return fits;
}
