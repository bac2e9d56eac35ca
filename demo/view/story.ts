// What is going on, in one sentence a newcomer understands.

import { faultTexts } from '../fault.ts';
import type { Script } from '../script.ts';
import type { WorldSnapshot } from '../snapshot.ts';
import { unsettledBecause } from '../snapshot.ts';
import { type Line, line, type Tone } from './lines.ts';

export function storyLine(world: WorldSnapshot, script: Script | null): Line {
  const [tone, text] = script === null ? freeStory(world) : scriptStory(world, script);
  return line(
    [tone, script === null ? ' YOUR TURN ' : ' SCRIPT '],
    ['plain', ' '],
    ['strong', text],
  );
}

type Story = readonly [Tone, string];

function scriptStory(world: WorldSnapshot, { phase, regions, fault }: Script): Story {
  const name = regions[0] ?? '';
  const region = world.regions.find((each) => each.name === name);
  switch (phase.kind) {
    case 'settling':
      return ['title', `starting: ${unsettledBecause(world) ?? 'all is well'}`];
    case 'calm':
      return ['title', `all is well, everybody is at home. Next: ${name} breaks`];
    case 'leaving':
      return [
        'title',
        `${name} broke (${faultTexts[fault]}): its ${phase.users} clients look for a way out`,
      ];
    case 'away':
      return ['title', `everybody left ${name} and works elsewhere. Next: it is healed`];
    case 'returning':
      return [
        'title',
        `${name} is healed; clients return in steps: ${region?.users ?? 0} of ${region?.home ?? 0} are back`,
      ];
    case 'closing':
      return ['title', 'everybody is back. Next: the page that is still open is resolved'];
    case 'done':
    case 'gaveUp':
      return freeStory(world);
  }
}

function freeStory({ regions, noSafeTarget }: WorldSnapshot): Story {
  if (noSafeTarget) {
    return ['bad', 'no region is safe: everybody stays put, a human is paged. h heals'];
  }
  const broken = regions.filter(({ fault }) => fault !== null).map(({ name }) => name);
  if (broken.length > 0) {
    return ['title', `broken by you: ${broken.join(', ')}. Watch who moves, then heal with h`];
  }
  const away = regions.reduce((sum, { users, home }) => sum + Math.max(0, home - users), 0);
  return away > 0
    ? ['title', `${away} clients are away from home and return in steps once it stays clean`]
    : ['title', 'choose a region with 1 2 3 and break it: k f b s. o plays the outage'];
}
