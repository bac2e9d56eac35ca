// The simulated world, composed: regions to break, one aggregator, a fleet, somebody on
// call, and ears on the log.

import { type Aggregator, type GroupState, startAggregator } from '@regionpilot/aggregator';
import { admissionFor, type Health, type Partial } from '@regionpilot/protocol';
import type { Telemetry } from '@regionpilot/telemetry';
import { Chronicle } from '../chronicle.ts';
import type { FaultName } from '../fault.ts';
import { planFleet } from '../fleet-plan.ts';
import { Gauges } from '../gauges.ts';
import { arrived, broke, type Happening, healed, heard } from '../happening.ts';
import { Journeys } from '../journeys.ts';
import type { RunLog } from '../report.ts';
import { aggregatorConfig, demoHoldMs, group, regionNames, topicPrefix } from '../settings.ts';
import type { RegionSnapshot, WorldSnapshot } from '../snapshot.ts';
import { serveConsole } from './api.ts';
import { type DemoBus, openDemoBus } from './bus.ts';
import { collectFailures } from './failures.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { listenToLog } from './listener.ts';
import { type OnCall, startOnCall } from './on-call.ts';
import { type Region, startRegions } from './region.ts';
import { openScope, type Scope } from './scope.ts';
import { type OtlpTarget, serveTelemetry } from './telemetry.ts';

export type WorldOptions = {
  readonly clients: number;
  /** Empty: the embedded log. */
  readonly brokers: readonly string[];
  /** Where to look for a Redis server. */
  readonly path: string | undefined;
  readonly onHappening: (happening: Happening) => void;
  /** Port of loopback for `/metrics` and probes; null: none. Default none. */
  readonly telemetryPort?: number | null;
  /** Port of loopback for the console and the API; null: none. Default none. */
  readonly httpPort?: number | null;
  /** Where else the same is pushed, and spans. Default nowhere. */
  readonly otlp?: OtlpTarget;
};

export type World = {
  readonly snapshot: () => WorldSnapshot;
  readonly inject: (region: string, fault: FaultName) => Promise<void>;
  readonly heal: (region: string) => Promise<void>;
  /** Takes the newest open page, if there is one. */
  readonly acknowledge: () => Promise<void>;
  /** Everything since a moment, ms since 1970. */
  readonly runLog: (sinceMs?: number) => RunLog;
  /** ms since 1970; null before the first. */
  readonly lastOutageMs: () => number | null;
  /** Clients stop and say goodbye; everybody else goes on. Safe to call twice. */
  readonly rest: () => Promise<void>;
  /** Ends everything and removes its files. Safe to call twice. */
  readonly close: () => Promise<void>;
};

/** Commands that take longer than this are shown as waiting, ms. */
const waitingMs = 250;

/** @throws {PipelineError} when the log cannot be reached; nothing is left running then. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const scope = openScope();
  try {
    return await assemble(options, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function assemble(options: WorldOptions, scope: Scope): Promise<World> {
  const { onHappening } = options;
  const folder = scope.folder();
  const opened = await openDemoBus(options.brokers, folder);
  scope.add(() => opened.bus.close());
  const regions = await startRegions({ names: regionNames, folder, path: options.path });
  scope.add(() => Promise.all(regions.map((region) => region.close())));

  const chronicle = new Chronicle();
  const gauges = new Gauges();
  const journeys = new Journeys();
  const failures = collectFailures(onHappening);
  const ears = await listenToLog(opened.bus, topicPrefix, {
    decision: (decision) => chronicle.decided({ decision, seenMs: Date.now() }),
    incident: ({ event, atMs }) => {
      if (event.kind === 'healthChanged') {
        chronicle.healthChanged({ region: event.region, to: event.to, atMs });
      }
      const happening = heard(event, atMs);
      if (happening !== null) onHappening(happening);
    },
    partial: (partial: Partial) => gauges.take(partial),
    delivery: (delivery) => chronicle.attempted(delivery),
  });
  scope.add(ears.close);
  let trace: Telemetry['trace'] = () => undefined;
  const observe: Telemetry['trace'] = (traced) => trace(traced);
  const onCall = await startOnCall(opened.bus, scope, onHappening, observe);
  const fleet = await startFleet({
    bus: opened.bus,
    group,
    topicPrefix,
    endpoints: Object.fromEntries(regions.map(({ name, host, port }) => [name, { host, port }])),
    clients: planFleet(options.clients, regionNames),
    holdMs: demoHoldMs,
    onMove: (move) => {
      chronicle.moved(move);
      const arrival = journeys.moved(move);
      if (arrival !== null) onHappening(arrived(arrival, move.atMs));
    },
    onFailure: (failure) => {
      chronicle.failed(failure.atMs);
      failures.add(failure);
    },
  });
  scope.add(fleet.close);
  const aggregator = await startAggregator({
    config: aggregatorConfig(),
    bus: opened.bus,
    observe,
  });
  scope.add(aggregator.close);
  const { telemetryPort: port = null, otlp } = options;
  trace = await serveTelemetry({ port, otlp, opened, aggregator, onCall, scope });
  fleet.work();

  let address: string | null = null;
  const look = observer({
    opened,
    regions,
    aggregator,
    fleet,
    gauges,
    onCall,
    address: () => address,
  });
  const regionNamed = (name: string): Region => {
    const region = regions.find((each) => each.name === name);
    if (region === undefined) throw new Error(`no region ${name}`);
    return region;
  };
  const world: Omit<World, 'close'> = {
    snapshot: look,
    inject: async (name, fault) => {
      const users = fleet.clients().filter((each) => each.region === name);
      const clients = users.map((each) => each.name);
      const outage = { fault, region: name, atMs: Date.now(), clients };
      chronicle.outage(outage);
      journeys.begin(outage);
      onHappening(broke(name, fault, outage.atMs));
      await regionNamed(name).inject(fault);
    },
    heal: async (name) => {
      const region = regionNamed(name);
      if (region.fault() === null) return;
      await region.heal();
      onHappening(healed(name, Date.now()));
    },
    acknowledge: onCall.acknowledge,
    runLog: (sinceMs = 0) => chronicle.log(opened.bus.kind, fleet.counts(), onCall.inbox, sinceMs),
    lastOutageMs: () => chronicle.lastOutageMs,
    rest: fleet.close,
  };
  address = await serveConsole({ port: options.httpPort ?? null, opened, world, scope });
  return { ...world, close: scope.close };
}

type Parts = {
  readonly opened: DemoBus;
  readonly regions: readonly Region[];
  readonly aggregator: Aggregator;
  readonly fleet: Fleet;
  readonly gauges: Gauges;
  readonly onCall: OnCall;
  /** Of the console; null: none. */
  readonly address: () => string | null;
};

function observer({
  opened,
  regions,
  aggregator,
  fleet,
  gauges,
  onCall,
  address,
}: Parts): () => WorldSnapshot {
  const rate = rateOf(() => fleet.counts().sent);
  return () => {
    const nowMs = Date.now();
    const state = aggregator.status().groups.find((each) => each.group === group);
    const decision = state?.decision ?? null;
    const clients = fleet.clients();
    const regionAt = (region: Region): RegionSnapshot => ({
      ...gauges.read(region.name, nowMs),
      name: region.name,
      health: state === undefined ? 'unknown' : healthAtHome(state.health, region.name),
      admitted: decision === null ? 0 : (admissionFor(decision, region.name)[region.name] ?? 0),
      users: clients.filter((each) => each.region === region.name).length,
      home: clients.filter((each) => each.home === region.name).length,
      fault: region.fault(),
    });
    return {
      nowMs,
      bus: opened.bus.kind,
      where: opened.where,
      servers: regions[0]?.server ?? 'stand-in',
      clients: clients.length,
      regions: regions.map(regionAt),
      version: decision === null ? null : [decision.term, decision.epoch],
      noSafeTarget: decision?.noSafeTarget ?? false,
      tilt: Object.keys(state?.tilt ?? {}),
      commands: {
        ...fleet.counts(),
        waiting: fleet.waiting(waitingMs),
        perSecond: rate(nowMs),
        longestMs: fleet.longestMs(),
      },
      inbox: onCall.summary(),
      alerting: onCall.ready(),
      console: address(),
    };
  };
}

/** As its own clients see it; as everybody does where they see nothing of their own. */
function healthAtHome(health: GroupState['health'], region: string): Health {
  const own = health[region]?.[region]?.kind ?? 'unknown';
  return own === 'unknown' ? (health['*']?.[region]?.kind ?? 'unknown') : own;
}

/** Growth per second of a counter between looks at least a second apart. */
function rateOf(count: () => number): (nowMs: number) => number {
  let before = { atMs: 0, count: 0, rate: 0 };
  return (nowMs) => {
    const passedMs = nowMs - before.atMs;
    if (passedMs < 1_000) return before.rate;
    const now = count();
    const rate = before.atMs === 0 ? 0 : ((now - before.count) * 1_000) / passedMs;
    before = { atMs: nowMs, count: now, rate };
    return rate;
  };
}
