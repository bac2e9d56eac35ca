// What a key press means.

import type { FaultName } from './fault.ts';

export type Action =
  | { readonly kind: 'choose'; readonly region: number }
  | { readonly kind: 'break'; readonly fault: FaultName }
  | { readonly kind: 'heal' }
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'outage' }
  | { readonly kind: 'help' }
  | { readonly kind: 'quit' };

const actions: Readonly<Record<string, Action>> = {
  '1': { kind: 'choose', region: 0 },
  '2': { kind: 'choose', region: 1 },
  '3': { kind: 'choose', region: 2 },
  k: { kind: 'break', fault: 'refused' },
  f: { kind: 'break', fault: 'frozen' },
  b: { kind: 'break', fault: 'blackhole' },
  s: { kind: 'break', fault: 'slow' },
  h: { kind: 'heal' },
  a: { kind: 'acknowledge' },
  o: { kind: 'outage' },
  '?': { kind: 'help' },
  q: { kind: 'quit' },
  '\u0003': { kind: 'quit' },
  '\u0004': { kind: 'quit' },
};

/** All actions in what the terminal sent; several keys may arrive at once. Escape sequences (arrows)
 * mean nothing here, whatever letters they contain. */
export function actionsOf(input: string): readonly Action[] {
  if (input.startsWith('\u001b')) return [];
  return [...input].flatMap((key) => {
    const name = key.toLowerCase();
    return Object.hasOwn(actions, name) ? [actions[name] as Action] : [];
  });
}
