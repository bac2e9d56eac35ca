// `regionpilot explain`: the stories of a group, read back as far as they need.

import { explainLines } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import {
  type Decision,
  decodeDecision,
  type IncidentRecord,
  isHeartbeatKey,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';
import type { ExplainRequest } from '../commands/explain.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { judgeNow, nowLines, policyInForce, type RegionJudgement } from '../judgement.ts';
import { resolveMoment } from '../moment.ts';
import { isWhole, lastStories, type Story, storiesOf, storyAt } from '../stories.ts';
import { unknownName } from '../suggest.ts';
import { harmless } from '../text.ts';
import { loadSettings } from './files.ts';
import { withBus } from './open-bus.ts';
import { latestByKey, readIncidents, readTopic } from './read-log.ts';
import { outJson, outLines, type Session } from './session.ts';
import { readPartials } from './status.ts';

const hour = 3_600_000;

export async function runExplain(session: Session, request: ExplainRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  return withBus(settings.bus, async (bus) => {
    const { group } = request;
    const topic = (name: TopicName): string => topicFullName(settings.topics.prefix, name);
    const nowMs = Date.now();
    const decisions = await readDecisions(bus, topic('decisions'));
    const stories = await readStories(bus, topic('incidents'), request, nowMs);
    const decision = decisions.get(group) ?? null;
    if (decision === null && stories.length === 0) {
      throw usageError(`There is ${unknownName('group', group, [...decisions.keys()].sort())}`);
    }
    const partials = await readPartials(bus, topic('partials'), nowMs - 3_000);
    const own = partials.filter((partial) => partial.group === group);
    const records = stories.flatMap((story) => story.records);
    const policy = policyInForce(records, group, policyOf(settings, group));
    const judgements = judgeNow(own, decision, policy);
    if (request.json === true) {
      outJson(session, { v: 1, group, stories: stories.map(light), now: { decision, judgements } });
    } else {
      outLines(session, explained(request, stories, decision, judgements).map(harmless));
    }
    return exitCodes.ok;
  });
}

export async function readDecisions(
  bus: Bus,
  topic: string,
): Promise<ReadonlyMap<string, Decision>> {
  return latestByKey(readTopic(bus, topic), ({ key, value }) =>
    value === null || isHeartbeatKey(key) ? null : decodeDecision(value),
  );
}

/** Reads back an hour, then a day, then everything, until the wanted stories are whole. */
async function readStories(
  bus: Bus,
  topic: string,
  { group, at, last }: ExplainRequest,
  nowMs: number,
): Promise<readonly Story[]> {
  const atMs = at === undefined ? null : resolveMoment(at, nowMs);
  const pick = (stories: readonly Story[]): readonly Story[] =>
    atMs === null ? lastStories(stories, last) : storyAt(stories, atMs);
  for (const backMs of [hour, 24 * hour]) {
    const sinceMs = (atMs ?? nowMs) - backMs;
    const picked = pick(storiesOf(await incidentsSince(bus, topic, group, sinceMs)));
    const incidents = picked.filter(({ incident }) => incident !== null).length;
    const [first] = picked;
    const enough = atMs === null ? incidents >= last : incidents > 0;
    if (enough && first !== undefined && isWhole(first, sinceMs)) return picked;
  }
  return pick(storiesOf(await incidentsSince(bus, topic, group, null)));
}

async function incidentsSince(
  bus: Bus,
  topic: string,
  group: string,
  sinceMs: number | null,
): Promise<readonly IncidentRecord[]> {
  const records: IncidentRecord[] = [];
  for await (const { incident } of readIncidents(bus, topic, sinceMs, group)) {
    records.push(incident);
  }
  return records;
}

function explained(
  { group, at }: ExplainRequest,
  stories: readonly Story[],
  decision: Decision | null,
  judgements: readonly RegionJudgement[],
): readonly string[] {
  const told = stories.flatMap(({ incident, records }) => [
    incident === null ? `${group}, outside of any incident` : `incident ${incident}`,
    ...explainLines(records),
    '',
  ]);
  const decided = stories.some(({ records }) =>
    records.some(({ event }) => ['decided', 'refused', 'shadowDecided'].includes(event.kind)),
  );
  return [
    ...told,
    ...(decided ? [] : [`nothing was decided or refused for ${group}${at ? ' then' : ''}`]),
    ...nowLines(decision, judgements),
  ];
}

/** What a replay needs is large and of no use to a reader: `tap incidents --json` has it. */
function light({ incident, startMs, records }: Story): object {
  const lean = records.map((record) => {
    if (record.event.kind !== 'decided') return record;
    const { replay: _replay, ...event } = record.event;
    return { ...record, event };
  });
  return { incident, startMs, records: lean };
}

function policyOf({ aggregator }: Settings, group: string): Settings['aggregator']['policy'] {
  const own = Object.hasOwn(aggregator.groups, group) ? aggregator.groups[group] : undefined;
  return own?.policy ?? aggregator.policy;
}
