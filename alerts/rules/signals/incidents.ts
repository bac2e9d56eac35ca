// Signals out of the timeline: health, tilt, the flap budget, clients that fail alone. Each record is
// a level about one subject that stands until the next word about it; older words are not heard.

import type { IncidentEvent, IncidentRecord, RegionEvidence } from '@regionpilot/protocol';
import type { Fact } from '../../fact.ts';
import { hearConverged, hearDecided } from './failovers.ts';
import { isNews } from './newest.ts';
import { orderSet } from './overrides.ts';
import type { Heard } from './sample.ts';
import { type GroupWorld, groupOf, type World } from './world.ts';

type Event<Kind extends IncidentEvent['kind']> = Extract<IncidentEvent, { readonly kind: Kind }>;

/** The aggregator repeats it every 10 minutes for as long as it is true; one more for the way. */
const clientForMs = 660_000;
/** Clients failing alone at once, per group; a fleet where more do has another problem. */
const clientsMost = 256;

export function hearIncident(
  world: World,
  { record, atMs }: Extract<Fact, { readonly kind: 'incident' }>,
  nowMs: number,
  heard: Heard,
): void {
  const group = groupOf(world, record.group, atMs);
  group.heardMs = Math.max(group.heardMs, atMs);
  const { event } = record;
  if (record.incident !== null) group.incident = event.kind === 'closed' ? null : record.incident;
  switch (event.kind) {
    case 'healthChanged':
      return hearHealth(group, record, event, atMs, heard);
    case 'decided':
      isNews(group.stamps, 'decision', record, `decided ${event.decision.epoch}`);
      return hearDecided(group, event.decision, atMs, heard);
    case 'converged':
      return hearConverged(group, event, atMs, heard);
    case 'refused':
      return hearRefused(group, record, event, heard);
    case 'tiltEntered':
    case 'tiltLeft':
      return hearTilt(group, record, event, heard);
    case 'ownerChanged':
      return hearOwner(group, record, heard);
    case 'clientSetAside':
      return hearClient(group, record, event, atMs, heard);
    case 'overrideChanged':
      return event.override === null
        ? undefined
        : orderSet(
            world,
            { group: event.override.group, override: event.override, atMs },
            nowMs,
            heard,
          );
    case 'shadowDecided':
    case 'closed':
      return;
  }
}

function hearHealth(
  group: GroupWorld,
  record: IncidentRecord,
  { region, home, to, evidence }: Event<'healthChanged'>,
  atMs: number,
  heard: Heard,
): void {
  if (home !== '*' || !isNews(group.stamps, `health/${region}`, record, to)) return;
  group.health.set(region, { health: to, sinceMs: atMs, evidence: evidenceLine(evidence) });
  heard.samples.push({ signal: 'regionHealth', labels: { group: group.group, region }, value: to });
  if (to === 'healthy' && group.budgetSpentFor === region) sayBudget(group, null, heard);
}

/** For instance "212 of 250 clients say so (connectivity), in zone-a, zone-b". */
export function evidenceLine(evidence: RegionEvidence): string {
  const { voters, engagedClients, rule, domains } = evidence;
  const by = rule === null ? '' : ` (${rule})`;
  const where = domains.length === 0 ? '' : `, in ${domains.join(', ')}`;
  return `${voters} of ${engagedClients} clients say so${by}${where}`;
}

function hearRefused(
  group: GroupWorld,
  record: IncidentRecord,
  { rule, region, text }: Event<'refused'>,
  heard: Heard,
): void {
  if (!isNews(group.stamps, 'decision', record, `refused ${rule} ${region}`)) return;
  group.refusal = `${rule}: ${text}`;
  if (rule === 'flapBudget') sayBudget(group, region, heard);
}

export function sayBudget(group: GroupWorld, region: string | null, heard: Heard): void {
  group.budgetSpentFor = region;
  const value = region === null ? 0 : 1;
  heard.samples.push({ signal: 'flapBudgetSpent', labels: { group: group.group }, value });
}

function hearTilt(
  group: GroupWorld,
  record: IncidentRecord,
  event: Event<'tiltEntered'> | Event<'tiltLeft'>,
  heard: Heard,
): void {
  if (!isNews(group.stamps, `tilt/${event.reason}`, record, event.kind)) return;
  if (event.kind === 'tiltEntered') group.tilts.set(event.reason, event.text);
  else group.tilts.delete(event.reason);
  sayTilt(group, heard);
}

/** What the owner before saw is not the new one's business. */
function hearOwner(group: GroupWorld, record: IncidentRecord, heard: Heard): void {
  if (!isNews(group.stamps, 'owner', record, 'ownerChanged')) return;
  for (const reason of group.tilts.keys()) {
    const told = group.stamps.get(`tilt/${reason}`);
    if (told === undefined || told.term < record.term) group.tilts.delete(reason);
  }
  sayTilt(group, heard);
}

export function sayTilt(group: GroupWorld, heard: Heard): void {
  const value = group.tilts.size > 0 || group.beatTilt !== null ? 1 : 0;
  heard.samples.push({ signal: 'tilt', labels: { group: group.group }, value });
}

function hearClient(
  group: GroupWorld,
  record: IncidentRecord,
  { client, region, why }: Event<'clientSetAside'>,
  atMs: number,
  heard: Heard,
): void {
  const key = `${client}\u0000${region}`;
  const untilMs = atMs + clientForMs;
  const known = group.clients.get(key);
  if (known !== undefined && untilMs <= known.untilMs) return;
  if (known === undefined && group.clients.size >= clientsMost) return;
  if (!isNews(group.stamps, `client/${key}`, record, '')) return;
  group.clients.set(key, { client, region, untilMs, why });
  const labels = { group: group.group, client, region };
  heard.samples.push({ signal: 'clientFailing', labels, value: 1 });
}

/** Nobody says when a client is well again; not being named again is the word. */
export function ageClients(group: GroupWorld, nowMs: number, heard: Heard): void {
  for (const [key, { client, region, untilMs }] of group.clients) {
    if (nowMs < untilMs) continue;
    group.clients.delete(key);
    const labels = { group: group.group, client, region };
    heard.samples.push({ signal: 'clientFailing', labels, value: null });
  }
}

/** Stamps of clients outlive the clients a little: a record read again must not bring one back. */
export function forgetClientStamps(group: GroupWorld, nowMs: number): void {
  if (group.stamps.size <= clientsMost * 2) return;
  for (const [subject, { atMs }] of group.stamps) {
    if (subject.startsWith('client/') && nowMs - atMs > 2 * clientForMs)
      group.stamps.delete(subject);
  }
}
