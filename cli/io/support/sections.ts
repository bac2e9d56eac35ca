/** Each file of a bundle and how it is come by. */
import { arch, platform, release, totalmem } from 'node:os';
import type { Bus } from '@regionpilot/bus';
import {
  decodeOverride,
  type IncidentRecord,
  topicCatalogue,
  topicFullName,
} from '@regionpilot/protocol';
import { alertsReport } from '../../alerts/listed.ts';
import type { SupportRequest } from '../../commands/support.ts';
import { explainReport } from '../../config/explained.ts';
import type { Settings } from '../../config/settings.ts';
import type { SectionName } from '../../support/bundle.ts';
import { readAlerts } from '../alerts/read-topic.ts';
import { sourcesOf } from '../config.ts';
import { type FullName, readControl } from '../doctor/log.ts';
import { examine } from '../doctor.ts';
import { latestByKey, readIncidents, readTopic } from '../read-log.ts';
import type { Session } from '../session.ts';
import { readStatus } from '../status.ts';
import { scrape } from './scrape.ts';

export type Section = { readonly name: SectionName; readonly gather: () => Promise<unknown> };

/** What needs no event log. */
export function ownSections(session: Session, request: SupportRequest): readonly Section[] {
  const { metricsUrl } = request;
  return [
    { name: 'version.json', gather: async () => versions() },
    { name: 'config.json', gather: async () => explainReport(sourcesOf(session, request)) },
    { name: 'environment.json', gather: async () => Object.keys(session.env).sort() },
    {
      name: 'doctor.json',
      gather: () => examine(session, { ...request, redis: [] }),
    },
    ...(metricsUrl === undefined
      ? []
      : [{ name: 'metrics.txt' as const, gather: () => scrape(metricsUrl) }]),
  ];
}

function versions(): object {
  return {
    regionpilot: '0.1.0',
    node: process.version,
    platform: platform(),
    release: release(),
    arch: arch(),
    memoryBytes: totalmem(),
    modules: process.versions,
  };
}

export function logSections(bus: Bus, settings: Settings, last: number): readonly Section[] {
  const full: FullName = (topic) => topicFullName(settings.topics.prefix, topic);
  const control = () => readControl(bus, full, Date.now());
  return [
    { name: 'status.json', gather: () => readStatus(bus, settings) },
    { name: 'topics.json', gather: () => topicsOf(bus, settings) },
    { name: 'decisions.json', gather: async () => [...(await control()).decisions.values()] },
    { name: 'heartbeats.json', gather: async () => (await control()).beats },
    {
      name: 'overrides.json',
      gather: async () => {
        const orders = await latestByKey(readTopic(bus, full('overrides')), ({ value }) =>
          value === null ? null : decodeOverride(value),
        );
        return [...orders.values()];
      },
    },
    { name: 'incidents.json', gather: () => incidentsOf(bus, full('incidents'), last) },
    {
      name: 'alerts.json',
      gather: async () => {
        const all = { states: [], severities: [], matchers: [] };
        return alertsReport(await readAlerts(bus, full('alerts')), all, Date.now());
      },
    },
  ];
}

async function topicsOf(bus: Bus, { topics }: Settings): Promise<object> {
  const wanted = topicCatalogue(topics);
  const problems = await bus.verifyTopics(wanted);
  const missing = new Set(
    problems.flatMap((each) => (each.setting === 'missing' ? each.topic : [])),
  );
  const there = wanted.filter(({ name }) => !missing.has(name));
  const ends = await Promise.all(there.map(({ name }) => bus.ends(name)));
  return { wanted, problems, ends: ends.flat() };
}

/** Without what a replay needs: that is large, and holds names of clients by the thousand. */
async function incidentsOf(bus: Bus, topic: string, last: number): Promise<readonly object[]> {
  const kept: IncidentRecord[] = [];
  for await (const { incident } of readIncidents(bus, topic, null)) {
    kept.push(incident);
    if (kept.length > 2 * last) kept.splice(0, kept.length - last);
  }
  return kept.slice(-last).map((record) => {
    if (record.event.kind !== 'decided') return record;
    const { replay, ...event } = record.event;
    return { ...record, event: { ...event, policy: replay.policy } };
  });
}
