// The one question asked of every command on its way out: does it go to the active region like any
// other, or does it need a connection of its own, a promise kept, or a refusal?

import { replayClassOf } from './replay-class.ts';

const ordinary = new Map<string, boolean>();
/** Names are few; a caller who makes them up must not fill our memory. */
const namesMax = 2_000;

/** Goes to the active region like any other command, whatever its options. */
export function isOrdinary(name: string): boolean {
  return ordinary.get(name) ?? learn(name);
}

function learn(name: string): boolean {
  const replayClass = replayClassOf(name, []);
  const lower = name.toLowerCase();
  const isPlain =
    replayClass === 'read' || replayClass === 'idempotentWrite' || replayClass === 'write';
  const answer = isPlain && !lower.startsWith('xread');
  if (ordinary.size < namesMax) ordinary.set(name, answer);
  return answer;
}
