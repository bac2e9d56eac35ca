// What followers of the live stream are told. What happens is told at once; levels are told as often
// as they are worth it: a group ten times a second while something about it that matters changes,
// twice a second while only its numbers drift, once a second while nothing is heard of it (its age
// is news too). Remembers one signature a group and the last words on each alert and silence.

import type { AlertView, SilenceView } from '../contract/alerts.ts';
import type { DemoState } from '../contract/demo.ts';
import type { GroupState } from '../contract/groups.ts';
import type { LiveMessage } from '../contract/live.ts';
import type { TimelineEntry } from '../contract/timeline.ts';
import type { Surroundings, World } from './world.ts';

const importantMs = 100;
const driftMs = 500;
const quietMs = 1_000;

const snapshotEntries = 100;
/** A burst is told in pieces, so that nobody who reads is taken for one who does not. */
const entriesAtOnce = 50;

type Told = { readonly atMs: number; readonly signature: string };

export class Changes {
  readonly #world: World;
  readonly #told = new Map<string, Told>();
  readonly #touched = new Set<string>();
  readonly #alerts = new Map<string, string>();
  readonly #silences = new Map<string, string>();
  #alertsMs = 0;
  #pipelineMs = 0;
  #demo: Told = { atMs: 0, signature: '' };

  constructor(world: World) {
    this.#world = world;
  }

  /** Nobody listens: what happens meanwhile is told to nobody. */
  skip(): void {
    this.#world.takeNews(Number.POSITIVE_INFINITY);
  }

  /** In the order to be told. */
  take(around: Surroundings, demo: DemoState | null, nowMs: number): readonly LiveMessage[] {
    const news = this.#world.takeNews(entriesAtOnce);
    for (const group of news.groups) this.#touched.add(group);
    return [
      ...news.timeline.map(({ entry }) => ({ kind: 'timeline', entry }) as const),
      ...latestIncidents(news.timeline),
      ...this.#alertMessages(news.alerts, nowMs),
      ...this.#world.names().flatMap((group) => this.#groupMessage(group, nowMs)),
      ...this.#pipelineMessage(around, nowMs),
      ...this.#demoMessage(demo, nowMs),
    ];
  }

  #groupMessage(group: string, nowMs: number): readonly LiveMessage[] {
    const told = this.#told.get(group);
    const sinceMs = nowMs - (told?.atMs ?? 0);
    const touched = this.#touched.has(group);
    if (sinceMs < (touched ? importantMs : quietMs)) return [];
    const state = this.#world.groupState(group, nowMs);
    if (state === null) return [];
    const signature = signatureOf(state);
    if (signature === told?.signature && sinceMs < driftMs) return [];
    this.#told.set(group, { atMs: nowMs, signature });
    this.#touched.delete(group);
    return [{ kind: 'group', group: state }];
  }

  #alertMessages(heard: boolean, nowMs: number): readonly LiveMessage[] {
    // Silences begin and end, alerts expire, without a record.
    if (!heard && nowMs - this.#alertsMs < quietMs) return [];
    this.#alertsMs = nowMs;
    const alerts = changed<AlertView>(
      this.#alerts,
      this.#world.alerts(nowMs),
      ({ fingerprint }) => fingerprint,
    );
    const silences = changed<SilenceView>(
      this.#silences,
      this.#world.silences(nowMs),
      ({ id }) => id,
    );
    return [
      ...alerts.map((alert) => ({ kind: 'alert', alert }) as const),
      ...silences.map((silence) => ({ kind: 'silence', silence }) as const),
    ];
  }

  #pipelineMessage(around: Surroundings, nowMs: number): readonly LiveMessage[] {
    if (nowMs - this.#pipelineMs < quietMs) return [];
    this.#pipelineMs = nowMs;
    this.#world.forgetOld(nowMs);
    return [{ kind: 'pipeline', pipeline: this.#world.pipeline(around, nowMs) }];
  }

  /** A fault is told at once, counters once a second. */
  #demoMessage(demo: DemoState | null, nowMs: number): readonly LiveMessage[] {
    if (demo === null) return [];
    const faults = JSON.stringify(demo.regions);
    if (faults === this.#demo.signature && nowMs - this.#demo.atMs < quietMs) return [];
    this.#demo = { atMs: nowMs, signature: faults };
    return [{ kind: 'demo', demo }];
  }
}

export function snapshotMessage(
  world: World,
  instance: string,
  around: Surroundings,
  demo: DemoState | null,
  nowMs: number,
): LiveMessage {
  return {
    kind: 'snapshot',
    nowMs,
    instance,
    groups: world.groupStates(nowMs),
    incidents: world.incidents().slice(0, snapshotEntries),
    alerts: world.alerts(nowMs),
    silences: world.silences(nowMs).filter(({ state }) => state !== 'expired'),
    pipeline: world.pipeline(around, nowMs),
    timeline: newestEntries(world, snapshotEntries),
    demo,
  };
}

/** Newest first, of all groups. */
export function newestEntries(world: World, most: number): readonly TimelineEntry[] {
  return [...world.groups.values()]
    .flatMap(({ timeline }) => timeline.entries.slice(-most))
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, most);
}

/** Of an incident that got several entries only the last state is told. */
function latestIncidents(news: ReturnType<World['takeNews']>['timeline']): readonly LiveMessage[] {
  const latest = new Map(
    news.flatMap(({ incident }) => (incident === null ? [] : [[incident.id, incident] as const])),
  );
  return [...latest.values()].map((incident) => ({ kind: 'incident', incident }) as const);
}

/** Those whose words are not the last ones; what is gone is forgotten. */
function changed<Item>(
  told: Map<string, string>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const gone = new Set(told.keys());
  const news = items.filter((item) => {
    const [key, text] = [keyOf(item), JSON.stringify(item)];
    gone.delete(key);
    if (told.get(key) === text) return false;
    told.set(key, text);
    return true;
  });
  for (const key of gone) told.delete(key);
  return news;
}

/** What of a group somebody waits for; the rest are numbers that always move a little. */
function signatureOf(state: GroupState): string {
  const { term, epoch, incident, convergence, suspended, orders, automation, clients } = state;
  return JSON.stringify([
    [term, epoch, state.owner, state.noSafeTarget, incident, automation],
    [convergence.applied, clients.reporting, state.stragglers, suspended, orders],
    state.regions.map(({ region, health, admit, homes, connected, down }) => [
      region,
      health,
      admit,
      homes,
      connected,
      down,
    ]),
  ]);
}
