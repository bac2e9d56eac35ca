// Reading what happened: timelines, incidents, decisions, a moment of the past.

import Type from 'typebox';
import type { DecisionSummary, IncidentDetail, TimelineEntry } from '../contract/timeline.ts';
import { cursorOf, placeIn } from '../model/cursor.ts';
import { incidentOf } from '../model/incidents.ts';
import { momentOf } from '../model/moment.ts';
import { placeOf } from '../model/timeline-entry.ts';
import { timelinePage } from '../model/timeline-page.ts';
import { ProblemError } from '../problem.ts';
import type { ApiAnswer, ApiRequest, Route } from '../route.ts';
import { cursor, filterName, groupParams, limit, moment, name, query } from '../schemas/common.ts';
import {
  decisionPage,
  incidentDetail,
  incidentPage,
  momentInThePast,
  timelinePage as pageSchema,
  timelineEntry,
} from '../schemas/timeline.ts';
import { groupAt, type ReadContext, wrongCursor } from './context.ts';

const entriesMost = 5_000;
const incidentId = Type.String({ minLength: 1, maxLength: 200, description: 'Of the incident.' });

const entryParams = Type.Object({
  group: name('The group.'),
  id: Type.String({
    pattern: '^\\d{1,6}-\\d{1,15}$',
    description: 'Of the entry: partition and offset.',
  }),
});

export function timelineRoutes(context: ReadContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/groups/:group/timeline',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'What happened to a group, newest first, with the evidence',
      params: groupParams,
      query: query({
        from: moment('Not before.'),
        to: moment('Not after.'),
        kind: Type.Optional(
          Type.String({ minLength: 1, maxLength: 64, description: 'Only events of this kind.' }),
        ),
        incident: Type.Optional(incidentId),
        limit: limit(100),
        cursor,
      }),
      response: pageSchema,
      problems: ['not-found'],
      handle: (request) => timelineOf(context, request),
    },
    {
      method: 'GET',
      path: '/api/v1/groups/:group/timeline/:id',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'One entry, however old',
      params: entryParams,
      response: timelineEntry,
      problems: ['not-found'],
      handle: (request) => entryAt(context, request),
    },
    {
      method: 'GET',
      path: '/api/v1/groups/:group/replay',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'A group as it was at a moment',
      params: groupParams,
      query: query({
        at: Type.Integer({
          minimum: 0,
          maximum: 8_640_000_000_000_000,
          description: 'The moment, ms since 1970.',
        }),
      }),
      response: momentInThePast,
      problems: ['not-found'],
      handle: (request) => replayOf(context, request),
    },
    {
      method: 'GET',
      path: '/api/v1/incidents',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'Incidents, newest first',
      query: query({
        group: filterName('Only of this group.'),
        open: Type.Optional(
          Type.Boolean({ description: 'Only those that are open, or are over.' }),
        ),
        from: moment('Opened not before.'),
        to: moment('Opened not after.'),
        limit: limit(100),
        cursor,
      }),
      response: incidentPage,
      handle: (request) => incidentsOf(context, request),
    },
    {
      method: 'GET',
      path: '/api/v1/incidents/:id',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'One incident with all its evidence',
      params: Type.Object({ id: incidentId }),
      response: incidentDetail,
      problems: ['not-found'],
      handle: (request) => incidentAt(context, request),
    },
    {
      method: 'GET',
      path: '/api/v1/decisions',
      scope: 'viewer',
      tag: 'timeline',
      summary: 'Decisions that are remembered, newest first',
      query: query({ group: filterName('Only of this group.'), limit: limit(100), cursor }),
      response: decisionPage,
      handle: (request) => decisionsOf(context, request),
    },
  ];
}

async function timelineOf(
  context: ReadContext,
  { params, query: given, nowMs }: ApiRequest,
): Promise<ApiAnswer> {
  const { group } = groupAt(context, params['group'] ?? '', nowMs);
  const { limit: most, cursor: place, ...filter } = given as TimelineQuery;
  const timeline = context.world.groups.get(group)?.timeline;
  const page = await timelinePage(group, timeline, context.history, filter, most, place);
  if (page === null) throw wrongCursor();
  return { body: page };
}

async function entryAt({ history }: ReadContext, { params }: ApiRequest): Promise<ApiAnswer> {
  const { group = '', id = '' } = params;
  const place = placeOf(id);
  const entry = place === null ? null : await history.at(place);
  if (entry?.group === group) return { body: entry };
  throw new ProblemError('not-found', `There is no entry ${id} of ${group}, or not any more`);
}

type Paged = { readonly limit: number; readonly cursor?: string };
type TimelineQuery = Paged & { readonly from?: number; readonly to?: number };

async function replayOf(
  context: ReadContext,
  { params, query: given, nowMs }: ApiRequest,
): Promise<ApiAnswer> {
  const { group, regions } = groupAt(context, params['group'] ?? '', nowMs);
  const atMs = Number(given['at']);
  const names = regions.map(({ region }) => region);
  return { body: momentOf(await untilMoment(context, group, atMs), names, atMs) };
}

/**
 * From the last decision before the moment to the moment, oldest first.
 * @throws {ProblemError} not-found when nothing is on record before it.
 */
async function untilMoment(
  { world, history }: ReadContext,
  group: string,
  atMs: number,
): Promise<readonly TimelineEntry[]> {
  const remembered = world.groups.get(group)?.timeline.entries ?? [];
  const kept = remembered.filter((entry) => entry.atMs <= atMs);
  if (kept.some(isDecision)) return kept;
  const [oldest] = remembered;
  const before = oldest === undefined ? null : (placeOf(oldest.id)?.offset ?? null);
  const tells = (entry: TimelineEntry): boolean =>
    entry.atMs <= atMs && shapes.has(entry.event.kind);
  const { entries, next } = await history.before(group, before, entriesMost, tells);
  const last = entries.findIndex(isDecision);
  const older = entries.slice(0, last < 0 ? entries.length : last + 1).reverse();
  if (older.length + kept.length === 0 || (last < 0 && next !== null)) {
    throw new ProblemError('not-found', 'What was before that moment is not on record any more');
  }
  return [...older, ...kept];
}

/** Kinds of events that say how a group was. */
const shapes: ReadonlySet<string> = new Set(['decided', 'healthChanged', 'ownerChanged']);

function isDecision({ event }: TimelineEntry): boolean {
  return event.kind === 'decided';
}

type IncidentQuery = Paged & {
  readonly group?: string;
  readonly open?: boolean;
  readonly from?: number;
  readonly to?: number;
};

function incidentsOf({ world }: ReadContext, { query: given }: ApiRequest): ApiAnswer {
  const { limit: most, cursor: place, ...filter } = given as IncidentQuery;
  const { group, open, from, to } = filter;
  const found = world
    .incidents()
    .filter(
      (each) =>
        (group === undefined || each.group === group) &&
        (open === undefined || (each.closedMs === null) === open) &&
        (from === undefined || each.openedMs >= from) &&
        (to === undefined || each.openedMs <= to),
    );
  return pageAfter(found, ({ id }) => id, filter, most, place);
}

async function incidentAt(
  { world, history }: ReadContext,
  { params }: ApiRequest,
): Promise<ApiAnswer> {
  const id = params['id'] ?? '';
  const group = id.slice(0, Math.max(0, id.lastIndexOf('/')));
  const timeline = world.groups.get(group)?.timeline;
  const kept = (timeline?.entries ?? []).filter(({ incident }) => incident === id);
  const complete = kept.length > 0 && kept.length === timeline?.incidents.get(id)?.entries;
  const openedMs = Number(id.slice(id.lastIndexOf('/') + 1));
  const entries =
    complete || timeline === undefined || !Number.isSafeInteger(openedMs)
      ? kept
      : await history.incident(group, id, openedMs, entriesMost);
  const summary = incidentOf(entries);
  if (summary === null) throw new ProblemError('not-found', 'No such incident is on record');
  const detail: IncidentDetail = { ...summary, entries };
  return { body: detail };
}

function decisionsOf({ world }: ReadContext, { query: given }: ApiRequest): ApiAnswer {
  const { limit: most, cursor: place, ...filter } = given as Paged & { readonly group?: string };
  const found = [...world.groups.values()]
    .flatMap(({ timeline }) => timeline.entries)
    .filter(({ group }) => filter.group === undefined || group === filter.group)
    .flatMap(decisionIn)
    .sort((a, b) => b.atMs - a.atMs || b.epoch - a.epoch);
  return pageAfter(found, ({ id }) => id, filter, most, place);
}

function decisionIn({ id, event, incident }: TimelineEntry): readonly DecisionSummary[] {
  if (event.kind !== 'decided' && event.kind !== 'shadowDecided') return [];
  const { group, term, epoch, atMs, reason, text, admit } = event.decision;
  const shadow = event.kind === 'shadowDecided';
  return [{ id, group, term, epoch, atMs, reason, text, shadow, incident, admit }];
}

/** The page behind the item whose id the cursor names. */
export function pageAfter<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  filter: object,
  most: number,
  cursorText: string | undefined,
): ApiAnswer {
  const place = cursorText === undefined ? [] : placeIn(filter, cursorText);
  if (place === null) throw wrongCursor();
  const from = place.length === 0 ? 0 : items.findIndex((item) => idOf(item) === place[0]) + 1;
  // The item may be forgotten by now, with all that came before it.
  if (place.length > 0 && from === 0)
    return { body: { items: [], next: null, total: items.length } };
  const page = items.slice(from, from + most);
  const last = page.at(-1);
  const more = last !== undefined && from + page.length < items.length;
  const next = more ? cursorOf(filter, [idOf(last)]) : null;
  return { body: { items: page, next, total: items.length } };
}
