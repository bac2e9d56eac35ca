// Spans read out of records: one outage, told by one owner or by two.

import { readFileSync } from 'node:fs';
import {
  type Delivery,
  decisionSpan,
  type IncidentEvent,
  type IncidentRecord,
  incidentSpan,
  type RegionEvidence,
} from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { traceFields } from '../../../cli/trace-fields.ts';
import { levelIn, logEvents } from '../../../telemetry/catalogue/logs.ts';
import { spanOfName, spans } from '../../../telemetry/catalogue/spans.ts';
import { labels } from '../../../telemetry/labels.ts';
import type { Span } from '../../../telemetry/traces/span.ts';
import type { Traced } from '../../../telemetry/traces/traced.ts';
import { Tracer } from '../../../telemetry/traces/tracer.ts';
import { tracesPage } from '../../../telemetry/traces-page.ts';
import { decision } from '../../support/decisions.ts';

const incident = 'payments/10000';

function evidence(given: Partial<RegionEvidence> = {}): RegionEvidence {
  return {
    region: 'eu',
    home: '*',
    health: 'down',
    rule: 'connectivity',
    liveClients: 12,
    engagedClients: 12,
    voters: 9,
    votersByRule: { connectivity: 9, stall: 0, errorRatio: 0 },
    setAside: 0,
    quorum: 3,
    domains: [],
    domainsWanted: 2,
    short: [0, 0],
    long: [0, 0],
    wilsonLow: 0,
    errors: {},
    stalledMaxMs: 0,
    sampleVoters: [],
    ...given,
  };
}

function record(atMs: number, event: IncidentEvent, within: string | null = incident): Traced {
  const about: IncidentRecord = {
    v: 1,
    group: 'payments',
    incident: within,
    atMs,
    owner: 'a',
    term: 1,
    event,
  };
  return { kind: 'incident', record: about };
}

function turned(atMs: number, to: 'suspect' | 'down' | 'healthy', more = {}): Traced {
  const from = to === 'suspect' ? 'healthy' : 'suspect';
  const seen = evidence(more);
  return record(atMs, { kind: 'healthChanged', region: 'eu', home: '*', from, to, evidence: seen });
}

const made = decision({ epoch: 2, reason: 'regionDown', atMs: 10_300, incident });
const replay = { state: null, input: null, policy: null };
const refused = {
  kind: 'refused',
  rule: 'coolDown',
  wanted: 'regionDown',
  region: 'eu',
  home: '*',
  text: '',
  evidence: [],
  rejected: [],
} as const;
const outage: readonly Traced[] = [
  turned(10_000, 'suspect'),
  turned(10_200, 'down'),
  record(10_250, refused),
  record(10_300, { kind: 'decided', decision: made, rejected: [], replay }),
  { kind: 'published', decision: made, sentMs: 10_301, readBackMs: 10_306 },
  record(10_800, { kind: 'converged', term: 1, epoch: 2, clients: 12, applied: 12, tookMs: 500 }),
  turned(60_000, 'healthy'),
  record(70_000, { kind: 'closed', openedMs: 10_000 }),
];

const told = (traced: readonly Traced[], tracer = new Tracer()): readonly Span[] =>
  traced.flatMap((each) => tracer.hear(each));
const times = (all: readonly Span[]) =>
  all.map(({ name, startMs, endMs }) => [name, startMs, endMs]);

describe('an outage', () => {
  test('is told stage by stage, and as a whole when it is over', () => {
    expect(times(told(outage))).toEqual([
      ['regionpilot.detect', 10_000, 10_200],
      ['regionpilot.decide', 10_200, 10_300],
      ['regionpilot.publish', 10_301, 10_306],
      ['regionpilot.converge', 10_300, 10_800],
      ['regionpilot.incident', 10_000, 70_000],
    ]);
  });

  test('is one tree under the incident', () => {
    const [detect, decide, publish, converge, root] = told(outage);
    expect(root).toMatchObject({ ref: incidentSpan(incident), parent: null });
    expect([detect?.parent, decide?.parent]).toEqual([root?.ref, root?.ref]);
    expect(decide?.ref).toEqual(decisionSpan(incident, made));
    expect([publish?.parent, converge?.parent]).toEqual([decide?.ref, decide?.ref]);
  });

  test('keeps on its root what was refused meanwhile, up to 64 times', () => {
    const root = told(outage).at(-1);
    expect(root?.events).toEqual([
      {
        name: 'regionpilot.refused',
        atMs: 10_250,
        attributes: { rule: 'coolDown', wanted: 'regionDown', region: 'eu', home: '*' },
      },
    ]);
    const often = Array.from({ length: 1_000 }, (_, i) => record(11_000 + i, refused));
    const long = told([...outage.slice(0, 7), ...often, ...outage.slice(7)]).at(-1);
    expect(long?.events).toHaveLength(64);
  });

  test('read twice gives the same spans', () => {
    expect(told(outage)).toEqual(told(outage));
  });

  test('that another instance took over is whole all the same', () => {
    const first = told(outage.slice(0, 5));
    const second = told(outage.slice(5));
    expect([...first, ...second].map(({ ref }) => ref)).toEqual(told(outage).map(({ ref }) => ref));
    expect(second.at(-1)?.startMs).toBe(10_000);
  });

  test('began with the command that was never answered, not when that was noticed', () => {
    const stalled = { rule: 'stall', stalledMaxMs: 600 } as const;
    const spans = told([turned(10_000, 'suspect', stalled), ...outage.slice(1)]);
    expect(spans[0]?.startMs).toBe(9_400);
    expect(spans.at(-1)?.startMs).toBe(9_400);
  });

  test('that came to nothing is a root alone', () => {
    const calm = [turned(10_000, 'suspect'), turned(12_000, 'healthy'), outage[7] as Traced];
    expect(times(told(calm))).toEqual([['regionpilot.incident', 10_000, 70_000]]);
  });

  test('what happens outside of one belongs to no trace', () => {
    const outside = decision({ epoch: 1 });
    const spans = told([
      record(1, { kind: 'decided', decision: outside, rejected: [], replay }, null),
      { kind: 'published', decision: outside, sentMs: 1, readBackMs: 2 },
      { kind: 'attempt', delivery, incident: null },
    ]);
    expect(spans).toEqual([]);
  });
});

const delivery: Delivery = {
  v: 1,
  receiver: 'hook',
  dedupKey: 'k',
  seq: 1,
  action: 'trigger',
  reason: 'first',
  severity: 'page',
  title: 'eu is down',
  attempt: 2,
  startedMs: 20_000,
  tookMs: 30,
  result: 'retry',
  status: 503,
  error: 'HTTP 503',
  nextAttemptMs: 21_000,
  outcome: null,
  latencyMs: null,
  alerts: [],
};

test('an attempt that failed says so, below the incident', () => {
  expect(told([{ kind: 'attempt', delivery, incident }])[0]).toMatchObject({
    name: 'regionpilot.alert.deliver',
    parent: incidentSpan(incident),
    startMs: 20_000,
    endMs: 20_030,
    error: 'HTTP 503',
    attributes: { result: 'retry', 'http.response.status_code': 503, 'error.type': 'retry' },
  });
});

test('a clock that runs ahead makes no span end before it began', () => {
  const late: Traced = { kind: 'published', decision: made, sentMs: 5_000, readBackMs: 4_990 };
  expect(told([late])[0]).toMatchObject({ startMs: 5_000, endMs: 5_000 });
});

describe('the catalogues', () => {
  test('every span is below one that exists, and every attribute is described', () => {
    for (const name of Object.keys(spans) as (keyof typeof spans)[]) {
      const { parent, meaning } = spanOfName(name);
      expect(parent === null || parent in spans, name).toBe(true);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
    const carried = told(outage).flatMap(({ name, attributes }) =>
      Object.keys(attributes).filter(
        (each) => !spanOfName(name).attributes.some((a) => a === each),
      ),
    );
    expect(carried).toEqual([]);
    expect(Object.keys(labels)).not.toContain('incident');
  });

  test('a level may hang on how it ended', () => {
    const ended = { event: 'noticeEnded', outcome: 'delivered' };
    expect(levelIn(logEvents.alerts, ended)).toBe('info');
    expect(levelIn(logEvents.alerts, { ...ended, outcome: 'deadLettered' })).toBe('error');
    expect(levelIn(logEvents.aggregator, { event: 'tiltChanged' })).toBe('warn');
  });

  test('a log line leads to its span; one without an incident leads nowhere', () => {
    const { traceId: trace_id } = incidentSpan(incident);
    const line = { event: 'decisionPublished', incident, term: 1, epoch: 2 };
    expect(traceFields(line)).toEqual({ trace_id, span_id: decisionSpan(incident, made).spanId });
    const noticed = { event: 'noticeEnded', incident };
    expect(traceFields(noticed)).toEqual({ trace_id, span_id: incidentSpan(incident).spanId });
    expect(traceFields({ event: 'started' })).toEqual({});
    expect(traceFields({ ...noticed, incident: null })).toEqual({});
  });

  test('docs/traces-and-logs.md is what they say (npm run metrics-page)', () => {
    const page = new URL('../../../docs/traces-and-logs.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(tracesPage());
  });
});
