/** `regionpilot hold`: publishes an order and waits to see what comes of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { changesRoutes, inForce, type KnownOrders, publishOrder } from '@regionpilot/api/orders';
import type { Bus, Tail } from '@regionpilot/bus';
import {
  decodeOverride,
  type Override,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';
import type { HoldClearRequest, HoldSetRequest } from '../commands/hold.ts';
import type { Flags, Settings } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Effect, effectText, isDone, onRecord } from '../hold/effect.ts';
import { authorOf, checkGroup, orderToClear, orderToSet } from '../hold/order.ts';
import { readIncident } from '../incident.ts';
import { orderText } from '../status/lines.ts';
import { harmless } from '../text.ts';
import { readDecisions } from './explain.ts';
import { loadSettings } from './files.ts';
import { withBus } from './open-bus.ts';
import { latestByKey, readTopic } from './read-log.ts';
import { outJson, outLines, type Session } from './session.ts';

const waitMs = 5_000;

export async function setHold(session: Session, request: HoldSetRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const author = authorOf(request.author, session.env);
  return withBus(settings.bus, async (bus) => {
    const known = await readKnown(bus, settings);
    return give(
      session,
      request,
      settings,
      bus,
      known,
      orderToSet(request, known, author, Date.now()),
    );
  });
}

export async function clearHold(session: Session, request: HoldClearRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const author = authorOf(request.author, session.env);
  return withBus(settings.bus, async (bus) => {
    const known = await readKnown(bus, settings);
    checkGroup(request.group, known);
    const order = orderToClear(request, author, Date.now());
    if (inForce(known, request.group, order.atMs) !== null) {
      return give(session, request, settings, bus, known, order);
    }
    if (request.json === true) outJson(session, { v: 1, order: null, effects: [], complete: true });
    else session.note(`nothing is ordered for ${request.group}`);
    return exitCodes.ok;
  });
}

async function readKnown(bus: Bus, { topics }: Settings): Promise<KnownOrders> {
  const topic = (name: TopicName): string => topicFullName(topics.prefix, name);
  return {
    decisions: await readDecisions(bus, topic('decisions')),
    overrides: await latestByKey(readTopic(bus, topic('overrides')), ({ value }) =>
      value === null ? null : decodeOverride(value),
    ),
  };
}

async function give(
  session: Session,
  flags: Flags,
  settings: Settings,
  bus: Bus,
  known: KnownOrders,
  order: Override,
): Promise<ExitCode> {
  const watch = await watchEffects(bus, settings, known, order);
  try {
    await publishOrder(bus, settings.topics.prefix, order);
    await Promise.race([
      watch.done,
      sleep(waitMs, undefined, { signal: session.stopping }).catch(() => undefined),
    ]);
  } finally {
    await watch.close();
  }
  const effects = [...watch.effects];
  const complete = effects.every(([, effect]) => isDone(effect));
  if (flags.json === true) {
    const listed = effects.map(([group, effect]) => ({ group, ...effect }));
    outJson(session, { v: 1, order, effects: listed, complete });
  } else {
    outLines(session, [
      stored(order),
      ...effects.map(([group, effect]) => harmless(effectText(group, effect))),
    ]);
  }
  const refused = effects.some(([, effect]) => effect.kind === 'refused');
  return complete && !refused ? exitCodes.ok : exitCodes.failed;
}

function stored(order: Override): string {
  const { group, atMs, expiresMs } = order;
  if (expiresMs <= atMs) return `order for ${group} ended by ${harmless(order.author)}`;
  const scope = group === '*' ? 'all' : 'group';
  return `order for ${group}: ${orderText({ ...order, scope, leftMs: expiresMs - atMs })}`;
}

type Watch = {
  readonly effects: ReadonlyMap<string, Effect>;
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
};

/** Listens before the order is given, so that no answer is missed. */
async function watchEffects(
  bus: Bus,
  { topics }: Settings,
  known: KnownOrders,
  order: Override,
): Promise<Watch> {
  const groups = order.group === '*' ? [...known.decisions.keys()].sort() : [order.group];
  const changes = new Map(groups.map((group) => [group, changesRoutes(known, group, order)]));
  const effects = new Map<string, Effect>(groups.map((group) => [group, { kind: 'waiting' }]));
  const done = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  const tail: Tail = await bus.tail({
    topic: topicFullName(topics.prefix, 'incidents'),
    from: 'end',
    handler: {
      caughtUp: ready.resolve,
      record: ({ key, value }) => {
        const effect = effects.get(key);
        const incident = readIncident(value);
        if (effect === undefined || incident === null) return;
        effects.set(key, onRecord(effect, incident, order, changes.get(key) ?? false));
        if ([...effects.values()].every(isDone)) done.resolve();
      },
    },
  });
  if (groups.length === 0) done.resolve();
  await Promise.race([ready.promise, sleep(waitMs)]);
  return { effects, done: done.promise, close: () => tail.close() };
}
