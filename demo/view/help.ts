// Which keys do what, in one line or on a page.

import { blank, type Line, line } from './lines.ts';
import type { Screen } from './screen.ts';

/** Wide enough for air between the keys. */
const roomyColumns = 110;

/** What can be pressed, with the chosen region's name where it matters. */
export function keyLines({ world, chosen }: Screen, columns: number): readonly Line[] {
  const name = world.regions[chosen]?.name ?? '';
  const roomy = columns >= roomyColumns;
  const gap = roomy ? '   ' : ' ';
  const key = (press: string, does: string): Line => [
    ['strong', `${gap}${press}`],
    ['plain', ` ${does}`],
  ];
  return [
    line(
      ...key('1-3', `${name}:`),
      ...key('k', 'kill'),
      ...key('f', 'freeze'),
      ...key('b', roomy ? 'black hole' : 'hole'),
      ...key('s', 'slow'),
      ...key('h', 'heal'),
      ...key('a', 'ack'),
      ...key('o', 'outage'),
      ...key('?', 'help'),
      ...key('q', 'quit'),
    ),
  ];
}

const texts: readonly (readonly [string, string])[] = [
  ['k kill', 'The server dies and connections are refused. Clients notice at once.'],
  [
    'f freeze',
    'The server accepts and never answers. No error ever comes: clients notice the silence.',
  ],
  ['b black hole', 'Packets vanish. Like a freeze, and the network to blame.'],
  ['s slow', 'Every answer comes a second late: too late for payments, so clients leave.'],
  [
    'h heal',
    'The region works again. Clients return only after it stayed clean, 1, 10, 50, 100 %.',
  ],
  ['a ack', 'You have it: the newest open page is acknowledged, and repeats stop.'],
  ['inbox', 'Pages as PagerDuty would show them. A failover that worked is only a notice;'],
  ['', 'break all three regions and somebody is woken. Whatever ends is resolved.'],
  ['health', "The fleet's judgement, not one client's: a quorum in several zones must agree."],
  ['admits', 'Share of clients the decision in force lets in. The client itself decides nothing.'],
  [
    'ambiguous',
    'An INCR that was under way when the region died: it may or may not have happened,',
  ],
  ['', 'and repeating it could count twice. Everything else is held or repeated elsewhere.'],
];

export const helpLines: readonly Line[] = [
  ...texts.map(([name, text]) => line(['strong', `  ${name.padEnd(14)}`], ['plain', text])),
  blank,
  line(['dim', '  ? closes this.']),
];
