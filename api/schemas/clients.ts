// Shapes of clients one by one.

import Type, { type TSchema } from 'typebox';
import { count, flag, list, ms, oneOf, orNull, page, text } from './common.ts';

export const verdicts: readonly string[] = ['ok', 'suspect', 'down', 'everywhere', 'quiet', 'none'];

const clientRegion = Type.Object(
  {
    region: text('The region.'),
    verdict: oneOf(verdicts, 'What the client says of it.'),
    connections: count('Its connections there.'),
    ready: count('Of those, ready.'),
    answered: count('Commands answered, over the long window.'),
    failed: count('Commands failed, over the long window.'),
    stalledMs: count('Age of its oldest unanswered command, ms.'),
  },
  { title: 'ClientRegion', description: 'One client in one region.' },
);

const clientState = Type.Object(
  {
    client: text('The client.'),
    group: text('The group.'),
    home: text('The region it lives in.'),
    domain: text('Its failure domain.'),
    presence: oneOf(['here', 'silent', 'goodbye'], 'Whether it reports.'),
    lastSeenMs: ms('When it last reported.'),
    applied: orNull(
      Type.Tuple([Type.Integer(), Type.Integer()]),
      'Term and epoch of the decision it follows; null: none yet.',
    ),
    straggler: flag('It reports and follows an older decision than the newest.'),
    regions: list(clientRegion, 'What it says of each region.'),
  },
  { title: 'ClientState', description: 'One client of one group.' },
);

export const clientStates: TSchema = page('ClientPage', clientState);

export const clientMatrix: TSchema = Type.Object(
  {
    group: text('The group.'),
    asOfMs: ms('The oldest of what it is made of.'),
    regions: list(Type.String(), 'Rows.'),
    clients: list(Type.String(), 'Columns, the worst first within a domain.'),
    homes: list(Type.String(), 'Of the clients, in their order.'),
    domains: list(Type.String(), 'Of the clients, in their order.'),
    cells: list(
      Type.String(),
      'Per region one character per client: o ok, s suspect, d down, e everywhere, q quiet, - none.',
    ),
    truncated: count('Clients beyond those listed.'),
  },
  { title: 'ClientMatrix', description: 'Clients × regions, compact.' },
);
