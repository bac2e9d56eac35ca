/** `regionpilot tap`: what is there, in the log's order, then what comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, BusRecord, Tail } from '@regionpilot/bus';
import { type TopicName, topicFullName } from '@regionpilot/protocol';
import type { TapFrom, TapRequest } from '../commands/tap.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { resolveMoment } from '../moment.ts';
import { describe, tapJson, tapLine } from '../tap/describe.ts';
import { loadSettings } from './files.ts';
import { mergeByTime } from './merge.ts';
import { withBus } from './open-bus.ts';
import { outJson, outLines, type Session, stopped } from './session.ts';

type Tapped = { readonly topic: TopicName; readonly record: BusRecord };

export async function runTap(session: Session, request: TapRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const full = (topic: TopicName): string => topicFullName(settings.topics.prefix, topic);
  await withBus(settings.bus, async (bus) => {
    const printer = createPrinter(session, request);
    const followed = request.follow ? await follow(bus, request.topics, full) : null;
    try {
      const from = request.from ?? { kind: request.follow ? 'end' : 'start' };
      const ends = await printHistory(bus, request.topics, full, from, printer);
      followed?.release((tapped) => {
        const { topic, record } = tapped;
        const read = ends.get(`${topic}/${record.partition}`) ?? 0;
        if (record.offset >= read) printer.print(tapped);
      });
      if (followed !== null) await Promise.race([stopped(session), printer.full]);
    } finally {
      await followed?.close();
    }
  });
  return exitCodes.ok;
}

type Printer = {
  readonly print: (tapped: Tapped) => void;
  /** Resolves when the limit is reached. */
  readonly full: Promise<void>;
  readonly isFull: () => boolean;
};

function createPrinter(session: Session, { json, group, limit }: TapRequest): Printer {
  const full = Promise.withResolvers<void>();
  let left = limit ?? Number.POSITIVE_INFINITY;
  return {
    full: full.promise,
    isFull: () => left <= 0 || session.stopping.aborted,
    print: ({ topic, record }) => {
      const described = describe(topic, record);
      const wanted =
        group === undefined || record.key === group || described.groups.includes(group);
      if (!wanted || left <= 0) return;
      left -= 1;
      if (json === true) outJson(session, tapJson(topic, record, described));
      else outLines(session, [tapLine(topic, record, described)]);
      if (left <= 0) full.resolve();
    },
  };
}

/** Prints what is there; answers, per topic and partition, where it stopped. */
async function printHistory(
  bus: Bus,
  topics: readonly TopicName[],
  full: (topic: TopicName) => string,
  from: TapFrom,
  printer: Printer,
): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>();
  const stretches: AsyncIterable<Tapped>[] = [];
  for (const topic of topics) {
    for (const { partition, start, end } of await bus.ends(full(topic))) {
      ends.set(`${topic}/${partition}`, end);
      if (from.kind === 'end' || start === end) continue;
      const at =
        from.kind === 'start' ? { offset: start } : { appendedMs: resolveMoment(from, Date.now()) };
      stretches.push(
        tapped(topic, bus.read({ topic: full(topic), partition, from: at, until: end })),
      );
    }
  }
  for await (const each of mergeByTime(stretches)) {
    if (printer.isFull()) break;
    printer.print(each);
  }
  return ends;
}

async function* tapped(
  topic: TopicName,
  records: AsyncIterable<BusRecord>,
): AsyncGenerator<Tapped> {
  for await (const record of records) yield { topic, record };
}

type Followed = {
  /** Hands over what came since following began, then everything as it comes. */
  readonly release: (take: (tapped: Tapped) => void) => void;
  readonly close: () => Promise<void>;
};

/** Listens first and reads history afterwards, so that nothing falls between the two. */
async function follow(
  bus: Bus,
  topics: readonly TopicName[],
  full: (topic: TopicName) => string,
): Promise<Followed> {
  const waiting: Tapped[] = [];
  let take = (each: Tapped): void => void waiting.push(each);
  const tails: Tail[] = [];
  const ready = topics.map(async (topic) => {
    const began = Promise.withResolvers<void>();
    const handler = {
      caughtUp: began.resolve,
      record: (record: BusRecord) => take({ topic, record }),
    };
    tails.push(await bus.tail({ topic: full(topic), from: 'end', handler }));
    await began.promise;
  });
  await Promise.race([Promise.all(ready), sleep(5_000)]);
  return {
    release: (next) => {
      take = next;
      for (const each of waiting.splice(0)) next(each);
    },
    close: async () => {
      await Promise.all(tails.map((tail) => tail.close()));
    },
  };
}
