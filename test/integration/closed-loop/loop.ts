// One outage, seen by everybody: the demo's world is scraped by a real Prometheus 3 and pushes the same
// through a real Collector into it; afterwards nothing moves any more, and questions may be asked.

import { readFileSync } from 'node:fs';
import { type Agent, createAgent } from '@regionpilot/agent';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { encodeRecord, type Override } from '@regionpilot/protocol';
import { agentSamples, startTelemetry, type Telemetry } from '@regionpilot/telemetry';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { play } from '../../../demo/io/player.ts';
import { startWorld, type World } from '../../../demo/io/world.ts';
import { group, regionNames, topicPrefix } from '../../../demo/settings.ts';
import { askAt } from '../../../grafana/picture/io/prometheus-api.ts';
import { type RunningCollector, startCollector } from '../../support/collector.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { goProgram } from '../../support/go-binary.ts';
import { type RunningProgram, startPrometheus } from '../../support/prometheus.ts';
import { seriesAt } from './series.ts';

/** What `$job` chooses: the same series once as scraped, once as pushed. */
export const jobs = { scraped: 'scraped', pushed: 'regionpilot-demo|checkout' } as const;
export type Way = keyof typeof jobs;

export const clients = 30;
/** Between two scrapes, and between two pushes. */
export const scrapeSeconds = 1;
/** How long the region stays down after the last client has left. */
const awayMs = 6_000;

/** Things that only count, and count what happens in the world: not the telling of it. */
export function isOurs([series]: readonly [string, number]): boolean {
  return (
    /^regionpilot_.*(_total\{| count$)/.test(series) && !/_telemetry_(exports|spans)_/.test(series)
  );
}

export type Loop = {
  readonly prometheus: RunningProgram;
  readonly collector: RunningCollector;
  readonly world: World;
  /** The world's log. */
  readonly bus: Bus;
  /** When all was well, when it was over, and when the last client had said goodbye. */
  readonly span: { readonly fromMs: number; readonly overMs: number; readonly restedMs: number };
  /** While the region was down and empty. */
  readonly middleMs: number;
  readonly close: () => Promise<void>;
};

const root = new URL('../../../', import.meta.url);
const yamlAt = (path: string) => parse(readFileSync(new URL(path, root), 'utf8'));

/** Plays it; takes about 40 s. */
export async function playLoop(): Promise<Loop> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const ports = { world: await freePort(), checkout: await freePort() };
    const prometheus = await startPrometheus3(Object.values(ports));
    closing.push(prometheus.stop);
    const collector = await startCollector(prometheus.url);
    closing.push(collector.stop);
    const otlp = { endpoint: collector.forPushed, intervalMs: scrapeSeconds * 1_000 };
    const world = await startWorld({
      clients,
      brokers: [],
      path: undefined,
      onHappening: () => {},
      telemetryPort: ports.world,
      otlp,
    });
    closing.push(world.close);
    const bus = openEmbeddedBus({ file: world.snapshot().where });
    closing.push(bus.close);
    const checkout = await startCheckout(bus, ports.checkout, otlp);
    closing.push(checkout.close);
    const span = await happen({ world, bus, prometheus, checkout });
    const middleMs = (world.lastOutageMs() ?? Number.NaN) + awayMs;
    return { prometheus, collector, world, bus, span, middleMs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As in the compose file, in a hurry: everything that is said every ten seconds there, every second. */
function startPrometheus3(ports: readonly number[]): Promise<RunningProgram> {
  const { otlp, storage } = yamlAt('deploy/compose/prometheus.yml');
  const { groups } = yamlAt('grafana/prometheus/rules.yml');
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  return startPrometheus({
    binary: goProgram('prometheus'),
    targets,
    interval: `${scrapeSeconds}s`,
    rules: { groups: groups.map((each: object) => ({ ...each, interval: `${scrapeSeconds}s` })) },
    config: {
      otlp,
      storage,
      scrape_configs: [{ job_name: jobs.scraped, static_configs: [{ targets }] }],
    },
    args: ['--web.enable-otlp-receiver'],
  });
}

type Checkout = {
  /** Its agent is gone, what it said is still offered. */
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A service that exports what its agent says of itself, with a connection that nobody uses. */
async function startCheckout(
  bus: Bus,
  port: number,
  otlp: { readonly endpoint: string; readonly intervalMs: number },
): Promise<Checkout> {
  const groups = { [group]: { regions: [...regionNames] } };
  const agent: Agent = createAgent(
    { client: 'checkout-1', home: 'eu-west', domain: 'checkout', topicPrefix, groups },
    { bus },
  );
  agent.track({ group, region: 'us-east', target: 'us-east:6379' }).ready();
  const telemetry: Telemetry = await startTelemetry({
    port,
    otlpEndpoint: otlp.endpoint,
    otlpIntervalMs: otlp.intervalMs,
    service: 'checkout',
    instance: 'checkout-1',
    samples: () => agentSamples(agent.status(), Date.now()),
    readiness: () => ({ ready: true, reasons: [] }),
  });
  const rest = () => agent.close({ deadlineMs: 500 });
  return {
    rest,
    close: async () => {
      await telemetry.close();
      await rest();
    },
  };
}

type Parts = Pick<Loop, 'world' | 'bus' | 'prometheus'> & { readonly checkout: Checkout };

/** A region dies and comes back, an operator clears another one, and everybody goes home. */
async function happen({ world, bus, prometheus, checkout }: Parts): Promise<Loop['span']> {
  const fromMs = await firstScrape(prometheus);
  const player = play(world, 'refused', ['eu-west'], { calmMs: 5_000, awayMs });
  expect((await player.ended).phase).toEqual({ kind: 'done' });
  const record = { key: group, value: encodeRecord(order()), headers: {} };
  await bus.publish(`${topicPrefix}overrides`, [record]);
  const usersOf = (name: string) =>
    world.snapshot().regions.find((each) => each.name === name)?.users;
  await eventually(() => expect(usersOf('ap-south')).toBe(0));
  const overMs = await later(5);
  await Promise.all([world.rest(), checkout.rest()]);
  return { fromMs, overMs, restedMs: await still(prometheus) };
}

function firstScrape({ url }: RunningProgram): Promise<number> {
  return eventually(async () => {
    const [up] = await askAt(url, 'min(up)', Date.now());
    expect(up?.points[0]?.[1]).toBe(1);
    return Date.now();
  });
}

function order(): Override {
  const atMs = Date.now();
  return {
    v: 1,
    group,
    atMs,
    author: 'an operator',
    reason: 'router upgrade',
    expiresMs: atMs + 600_000,
    hold: { kind: 'avoid', region: 'ap-south' },
    automation: 'enforce',
    overrideRules: [],
  };
}

async function later(scrapes: number): Promise<number> {
  const untilMs = Date.now() + scrapes * scrapeSeconds * 1_000;
  await eventually(() => expect(Date.now()).toBeGreaterThan(untilMs));
  return Date.now();
}

/** When nothing has been counted for some scrapes and pushes. */
async function still({ url }: RunningProgram): Promise<number> {
  await later(5);
  return eventually(async () => {
    const nowMs = Date.now();
    const countsAt = async (atMs: number) =>
      new Map([...(await seriesAt(url, Object.values(jobs).join('|'), atMs))].filter(isOurs));
    expect(await countsAt(nowMs)).toEqual(await countsAt(nowMs - 5_000));
    return nowMs;
  }, 60_000);
}
