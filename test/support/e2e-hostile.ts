// A log whose every free text is hostile: what a careless or a malicious writer could put there. Names
// obey the protocol's pattern, so theirs are as bad as it allows.

import { type Bus, openBus } from '../../bus/index.ts';
import { topicOptions } from '../../demo/settings.ts';
import {
  type Alert,
  type Decision,
  heartbeatKey,
  type IncidentEvent,
  type Override,
  type PlainRecord,
  topicCatalogue,
} from '../../protocol/index.ts';
import { beatOf, cellOf, incidentOf, partialOf, rosterOf } from './api-records.ts';
import { publish } from './e2e-world.ts';

const html = '<img src=x onerror=harmed=1><script>harmed=2</script>"\'><svg onload=harmed=3>';
const bidi = 'invoice\u202Egpj.exe\u202C\u2066\u200F';
const ansi = '\u001B[31mred\u001B]8;;javascript:harmed=4\u0007link\u0007\u009B2J';
const empty = 'ze\u200Bro\uFEFF\u2028line';
const long = 'W'.repeat(300);
export const nasty: { readonly html: string; readonly all: string } = {
  html,
  all: `${html} ${bidi} ${ansi} ${empty}`,
};
const everything = `${nasty.all} ${long}`;

const group = 'javascript:harmed';
const incident = `javascript:harmed/${html.slice(0, 28)}`;
const fingerprint = '00000000000000aa';
export const hostileNames: Readonly<Record<'group' | 'incident' | 'fingerprint', string>> = {
  group,
  incident,
  fingerprint,
};
const regions = ['data:text/html', `eu-${'w'.repeat(120)}`] as const;
const client = `0/../..//javascript:harmed@${'c'.repeat(60)}`;

export async function hostileLog(): Promise<Bus> {
  const bus = await openBus({ kind: 'embedded', file: ':memory:' });
  await bus.applyTopics(topicCatalogue(topicOptions(0)));
  const nowMs = Date.now();
  await publish(bus, 'decisions', group, decision(nowMs));
  await publish(bus, 'decisions', heartbeatKey(0), beat(nowMs));
  await publish(bus, 'partials', group, partial(nowMs));
  await publish(bus, 'rosters', `${group}/0`, roster(nowMs));
  await publish(bus, 'overrides', group, override(nowMs));
  for (const event of events(nowMs)) {
    await publish(bus, 'incidents', group, incidentOf(nowMs, event, { group, incident }));
  }
  for (const [key, record] of alertRecords(nowMs)) await publish(bus, 'alerts', key, record);
  await publish(bus, 'audit', group, audit(nowMs));
  return bus;
}

const beat = (atMs: number) =>
  beatOf(atMs, { epochs: { [group]: [1, 1] }, tilt: { [group]: everything } });

const partial = (atMs: number) =>
  partialOf(atMs, {
    group,
    regions: [...regions],
    stragglers: [client],
    homes: { [regions[0]]: [10, 10] },
    cells: regions.map((region) =>
      cellOf({ home: regions[0], region, down: 5, downClients: [client], domains: [client] }),
    ),
  });

const roster = (atMs: number) =>
  rosterOf(
    3,
    { group, atMs, regions: [...regions], clients: [client, 'b', 'c'], homes: [...regions] },
    2,
  );

const decision = (atMs: number): Decision => ({
  v: 1,
  group,
  term: 1,
  epoch: 1,
  owner: 'aggregator-1',
  atMs,
  reason: 'regionDown',
  text: everything,
  regions: [...regions],
  admit: { [regions[0]]: 10_000, [regions[1]]: 0 },
  homes: {},
  noSafeTarget: false,
  health: { [regions[0]]: 'healthy', [regions[1]]: 'down' },
  evidence: [],
  incident,
});

const override = (atMs: number): Override => ({
  v: 1,
  group,
  atMs,
  author: everything.slice(0, 200),
  reason: everything,
  expiresMs: atMs + 3_600_000,
  hold: { kind: 'avoid', region: regions[1] },
  automation: 'enforce',
  overrideRules: [html.slice(0, 64)],
});

function events(atMs: number): readonly IncidentEvent[] {
  return [
    {
      kind: 'refused',
      rule: 'coolDown',
      wanted: 'regionDown',
      region: everything,
      home: everything,
      text: everything,
      evidence: [],
      rejected: [{ region: everything, why: everything }],
    },
    { kind: 'overrideChanged', override: override(atMs), text: everything },
    { kind: 'tiltEntered', reason: everything, text: everything },
    { kind: 'tiltLeft', reason: everything },
    { kind: 'clientSetAside', client: everything, region: everything, why: everything },
    { kind: 'ownerChanged', owner: everything, term: 1 },
    {
      kind: 'decided',
      decision: decision(atMs),
      rejected: [{ region: everything, why: everything }],
      replay: { state: null, input: null, policy: null },
    },
  ];
}

const alert = (atMs: number): Alert => ({
  fingerprint,
  labels: { alertname: everything, group, [html]: everything, region: regions[0] },
  severity: 'page',
  state: 'firing',
  startsMs: atMs,
  endsMs: null,
  updatedMs: atMs,
  expiresMs: null,
  summary: everything,
  description: everything,
  annotations: {
    runbook: 'javascript:harmed=5',
    [html]: 'data:text/html,<script>harmed=6</script>',
    note: everything,
  },
  value: null,
  flapping: false,
  why: everything,
});

function alertRecords(atMs: number): readonly (readonly [string, PlainRecord])[] {
  const story = { term: 1, receiver: 'r', dedupKey: 'rp-1', seq: 1, atMs } as const;
  const notice: PlainRecord = {
    v: 1,
    kind: 'notice',
    ...story,
    action: 'trigger',
    reason: 'first',
    severity: 'page',
    groupLabels: { [html]: everything },
    alerts: [alert(atMs)],
    truncatedAlerts: 0,
    firing: [fingerprint],
    resolved: [],
    ackedBy: everything,
    causeMs: atMs,
  };
  return [
    [`alert/${fingerprint}`, { v: 1, kind: 'alert', term: 1, alert: alert(atMs) }],
    ['notice/r/rp-1', notice],
    [
      'sent/r/rp-1',
      {
        v: 1,
        kind: 'sent',
        ...story,
        action: 'trigger',
        outcome: 'deadLettered',
        attempts: 3,
        error: everything,
      },
    ],
    [
      'silence/s-1',
      {
        v: 1,
        kind: 'silence',
        id: 's-1',
        matchers: [{ label: html, op: '=~', value: everything }],
        startsMs: atMs,
        endsMs: atMs + 3_600_000,
        author: everything.slice(0, 200),
        reason: everything,
      },
    ],
  ];
}

const audit = (atMs: number): PlainRecord => ({
  v: 1,
  id: 'a-1',
  atMs,
  actor: everything.slice(0, 200),
  auth: nasty.all.slice(0, 200),
  action: 'holdSet',
  target: group,
  reason: everything,
  before: { [html]: everything },
  after: [everything],
  requestId: null,
});
