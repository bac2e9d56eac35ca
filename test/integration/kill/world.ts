// A fleet of real agents on a real Kafka, whose connections are told by hand what they experience,
// and aggregators as processes that can be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Agent, createAgent, type Tracked } from '@regionpilot/agent';
import type { Bus } from '@regionpilot/bus';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { topicCatalogue, topicDefaults, type Version } from '@regionpilot/protocol';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';

const cli = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
const regions = ['eu', 'us'] as const;

export type Process = {
  readonly child: ChildProcess;
  /** Events it logged, by name. */
  readonly events: Record<string, unknown>[];
  readonly kill: () => Promise<void>;
};

type Client = { readonly agent: Agent; readonly links: Record<(typeof regions)[number], Tracked> };

export class World {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly #bus: Bus;
  readonly clients: Client[] = [];
  readonly #seen = new Map<string, Version[]>();
  readonly #dead = new Set<string>();
  #load: NodeJS.Timeout | undefined;
  readonly #processes: Process[] = [];

  private constructor(brokers: readonly string[], prefix: string) {
    this.brokers = brokers;
    this.prefix = prefix;
    this.#bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'kill-test' });
  }

  /** Topics, and twelve clients in three zones at work on `eu`, with `us` standing by. */
  static async start(brokers: readonly string[], prefix: string): Promise<World> {
    const world = new World(brokers, prefix);
    const trial = {
      ...topicDefaults,
      prefix,
      eventPartitions: 4,
      replication: 1,
      minInsyncReplicas: 1,
    };
    await world.#bus.applyTopics(topicCatalogue(trial));
    for (let i = 0; i < 12; i++) world.clients.push(world.#client(i));
    world.#load = setInterval(() => world.#work(), 100);
    return world;
  }

  async aggregator(): Promise<Process> {
    const child = spawn(
      process.execPath,
      [
        cli,
        'aggregator',
        '--bus',
        'kafka',
        '--brokers',
        this.brokers.join(),
        '--prefix',
        this.prefix,
        '--replication',
        '1',
        '--min-insync',
        '1',
        '--event-partitions',
        '4',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const events: Process['events'] = [];
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      events.push(line.startsWith('{') ? JSON.parse(line) : { event: 'text', line });
    });
    const started: Process = { child, events, kill: () => ended(child) };
    this.#processes.push(started);
    await eventually(() => {
      if (!events.some(({ event }) => event === 'started')) throw new Error(JSON.stringify(events));
    });
    return started;
  }

  /** Every client hears from the same decider, and it may decide. */
  async settled(by: Process): Promise<void> {
    await eventually(() => expect(this.versions()).toHaveLength(1));
    await eventually(() => expect(this.versions()[0]?.epoch).toBeGreaterThan(0));
    await eventually(() => expect(texts(by)).toContain('acting again (warmUp is over)'), 60_000);
  }

  regionDies(region: (typeof regions)[number]): void {
    this.#dead.add(region);
    for (const { links } of this.clients) links[region].closed('refused');
  }

  /** Distinct versions that clients follow right now. */
  versions(): readonly Version[] {
    const all = this.clients.map(({ agent }) => agent.route('payments').current.version);
    return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
  }

  /** All clients on one region under one version that nobody went back from. */
  async agreedOn(region: string): Promise<Version> {
    await eventually(() => {
      const routes = this.clients.map(({ agent }) => agent.route('payments').current.region);
      expect(new Set(routes)).toEqual(new Set([region]));
      expect(this.versions()).toHaveLength(1);
    }, 60_000);
    for (const versions of this.#seen.values()) {
      const inOrder = versions.every((each, i) => {
        const before = versions[i - 1];
        return (
          before === undefined ||
          each.term > before.term ||
          (each.term === before.term && each.epoch > before.epoch)
        );
      });
      expect(inOrder, JSON.stringify(versions)).toBe(true);
    }
    return this.versions()[0] as Version;
  }

  async stop(): Promise<void> {
    clearInterval(this.#load);
    await Promise.all(this.clients.map(({ agent }) => agent.close()));
    await Promise.all(this.#processes.map((each) => each.kill()));
    await this.#bus.close();
  }

  #client(i: number): Client {
    const client = `client-${i}`;
    const agent = createAgent(
      {
        client,
        home: 'eu',
        domain: `zone-${i % 3}`,
        topicPrefix: this.prefix,
        groups: { payments: { regions: [...regions] } },
      },
      { bus: this.#bus },
    );
    const seen: Version[] = [];
    this.#seen.set(client, seen);
    agent.route('payments').onChange(({ version }, before) => {
      if (JSON.stringify(version) !== JSON.stringify(before.version)) seen.push(version);
    });
    const link = (region: string): Tracked => {
      const tracked = agent.track({ group: 'payments', region, target: `${region}:6379` });
      tracked.ready();
      return tracked;
    };
    return { agent, links: { eu: link('eu'), us: link('us') } };
  }

  #work(): void {
    for (const { links } of this.clients) {
      for (const region of regions) {
        if (this.#dead.has(region)) continue;
        const command = links[region].begin();
        links[region].end(command);
      }
    }
  }
}

export function texts({ events }: Process): readonly string[] {
  return events.map(({ text }) => String(text));
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}
