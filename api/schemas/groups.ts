// Shapes of groups and regions.

import { automationModes, decisionReasons, healths } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { count, flag, list, map, ms, number, oneOf, orNull, page, share, text } from './common.ts';

export const hold: TSchema = Type.Object(
  {
    kind: oneOf(['use', 'avoid'], '`use`: everybody to this region; `avoid`: nobody.'),
    region: text('The region.'),
  },
  { title: 'Hold', description: 'Where clients are to be, or not to be.' },
);

const orderFields = {
  scope: oneOf(['group', 'all'], 'Whether it is for this group or for all.'),
  hold: orNull(hold, 'The hold; null: none.'),
  automation: oneOf(automationModes, 'What automation may do meanwhile.'),
  overrideRules: list(Type.String(), 'Safety rules it may pass, by name.'),
  author: text('Who ordered it.'),
  reason: text('Why.'),
  atMs: ms('When it was ordered.'),
  expiresMs: ms('When it ends by itself.'),
};

export const orderInForce: TSchema = Type.Object(orderFields, {
  title: 'OrderInForce',
  description: "An operator's order that is in force.",
});

/** The same beside what it is for. */
export const orderOfGroup: TSchema = Type.Object(
  { group: text('A group, or `*` for every group.'), ...orderFields },
  { title: 'OrderOfGroup', description: 'An order that is in force, and what it is for.' },
);

const history = Type.Object(
  {
    atMs: list(Type.Integer(), 'When, oldest first; ms since 1970.'),
    opsPerSecond: list(Type.Number(), 'Answers and failures per second.'),
    errorRatio: list(Type.Union([Type.Number(), Type.Null()]), '0 to 1; null without traffic.'),
  },
  { title: 'RegionHistory', description: 'The last 60 s, one value a second.' },
);

export const regionState: TSchema = Type.Object(
  {
    region: text('The region.'),
    health: oneOf(healths, 'As the aggregator judges it.'),
    sinceMs: orNull(Type.Integer(), 'Since when; null: before what is remembered.'),
    admit: share('Share of clients it admits, in parts of 10,000.'),
    homes: map(Type.Integer(), 'Homes with a share of their own.'),
    connected: count('Clients with a connection.'),
    down: count('Clients whose verdict is "down".'),
    quorum: count('Votes wanted for "down".'),
    opsPerSecond: number('Answers and failures per second, over the long window.'),
    errorRatio: orNull(Type.Number(), 'Failures over total, 0 to 1; null without traffic.'),
    errors: map(Type.Integer(), 'Failures by error class, over the long window.'),
    p50Ms: orNull(Type.Number(), 'Median latency of the last 10 s; null without samples.'),
    p99Ms: orNull(Type.Number(), '99th percentile of the last 10 s; null without samples.'),
    stalledMs: count('Age of the oldest command nobody answered, ms.'),
    history,
  },
  { title: 'RegionState', description: 'One region of a group, as it is now.' },
);

export const groupState: TSchema = Type.Object(
  {
    group: text('The group.'),
    term: count("The decider's term."),
    epoch: count('The number of the decision in force.'),
    owner: text('The instance that decides.'),
    decidedMs: ms('When it was decided.'),
    reason: oneOf(decisionReasons, 'Why it was decided.'),
    text: text('The same in one sentence.'),
    noSafeTarget: flag('No region is safe: clients stay where they are.'),
    incident: orNull(Type.String(), 'The incident that is open; null: none.'),
    regions: list(regionState, 'In order of preference.'),
    homes: map(Type.Tuple([Type.Integer(), Type.Integer()]), 'Home: clients reporting, and known.'),
    clients: Type.Object(
      { reporting: count('Reporting now.'), known: count('Known of late.') },
      { description: 'Clients of the group.' },
    ),
    convergence: Type.Object(
      {
        applied: count('Clients that follow the decision in force.'),
        share: orNull(Type.Number(), 'Of those reporting, 0 to 1; null: nobody reports.'),
      },
      { description: 'How far the decision has come.' },
    ),
    stragglers: list(Type.String(), 'Some clients that follow an older decision, at most 8.'),
    suspended: list(Type.String(), 'Why nothing is decided automatically now; empty: it would be.'),
    orders: list(orderInForce, 'What operators ordered.'),
    automation: oneOf(automationModes, 'The strictest of policy and orders.'),
    dataAgeMs: orNull(Type.Integer(), 'Age of the newest fact, ms; null: none yet.'),
    heartbeatAgeMs: orNull(Type.Integer(), "Age of its decider's newest heartbeat, ms."),
    asOfMs: ms('When this was said.'),
  },
  { title: 'GroupState', description: 'One group, as it is now.' },
);

export const groupList: TSchema = page('GroupPage', groupState);

export const regionList: TSchema = page(
  'RegionPage',
  Type.Object(
    { region: text('The region.'), groups: list(regionInGroup(), 'What each group says of it.') },
    { title: 'RegionAcrossGroups', description: 'One region, as all groups see it.' },
  ),
);

function regionInGroup(): TSchema {
  return Type.Object(
    {
      group: text('The group.'),
      health: oneOf(healths, 'As the aggregator judges it.'),
      admit: share('Share of clients it admits, in parts of 10,000.'),
      connected: count('Clients with a connection.'),
      opsPerSecond: number('Answers and failures per second.'),
      errorRatio: orNull(Type.Number(), 'Failures over total, 0 to 1; null without traffic.'),
    },
    { title: 'RegionInGroup', description: 'One region in one group.' },
  );
}
