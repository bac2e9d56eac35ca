// Shapes of what happened: timeline entries, incidents, decisions, a moment of the past.

import Type, { type TSchema } from 'typebox';
import { count, flag, list, map, ms, orNull, page, text } from './common.ts';

const event = Type.Object(
  { kind: text('What happened: `healthChanged`, `decided`, `refused`, `converged`, …') },
  {
    title: 'TimelineEvent',
    description: 'The event with its evidence; its other fields depend on `kind`.',
    additionalProperties: true,
  },
);

export const timelineEntry: TSchema = Type.Object(
  {
    id: text('Partition and offset in the log: stable, for links.'),
    group: text('The group.'),
    incident: orNull(Type.String(), 'The incident it belongs to; null: none.'),
    atMs: ms('When.'),
    owner: text('The instance that wrote it.'),
    term: count('The term it held.'),
    text: text('One sentence.'),
    details: list(Type.String(), 'The numbers behind it, one sentence each.'),
    event,
    actor: orNull(Type.String(), 'Who did it; null: automation.'),
  },
  { title: 'TimelineEntry', description: 'Something that happened, with its evidence.' },
);

export const timelinePage: TSchema = page('TimelinePage', timelineEntry);

const summary = {
  id: text('Its id.'),
  group: text('The group.'),
  openedMs: ms('First bad event.'),
  closedMs: orNull(Type.Integer(), 'When it was over; null: it is open. ms since 1970.'),
  regions: list(Type.String(), 'Regions that were suspect or down.'),
  title: text('What it was, in a line.'),
  decisions: count('Decisions made.'),
  refusals: count('Decisions refused.'),
  decidedAfterMs: orNull(Type.Integer(), 'From the first bad event to the decision, ms.'),
  convergedAfterMs: orNull(Type.Integer(), 'From the first bad event to everybody moved, ms.'),
  entries: count('Entries of its timeline.'),
};

export const incidentSummary: TSchema = Type.Object(summary, {
  title: 'IncidentSummary',
  description: 'An incident in numbers.',
});
export const incidentPage: TSchema = page('IncidentPage', incidentSummary);
export const incidentDetail: TSchema = Type.Object(
  { ...summary, entries: list(timelineEntry, 'All of them, oldest first, at most 5,000.') },
  { title: 'IncidentDetail', description: 'An incident with its evidence.' },
);

export const decisionSummary: TSchema = Type.Object(
  {
    id: text('Of its timeline entry.'),
    group: text('The group.'),
    term: count("The decider's term."),
    epoch: count('Its number.'),
    atMs: ms('When.'),
    reason: text('Why, as a word.'),
    text: text('Why, in a sentence.'),
    shadow: flag('It was decided and not enforced.'),
    incident: orNull(Type.String(), 'The incident it belongs to; null: none.'),
    admit: map(Type.Integer(), 'Region: share of clients, in parts of 10,000.'),
  },
  { title: 'DecisionSummary', description: 'A decision.' },
);
export const decisionPage: TSchema = page('DecisionPage', decisionSummary);

export const momentInThePast: TSchema = Type.Object(
  {
    atMs: ms('The moment.'),
    regions: list(
      Type.Object(
        {
          region: text('The region.'),
          health: text('Its health then.'),
          admit: count('Share of clients it admitted, in parts of 10,000.'),
        },
        { title: 'RegionThen', description: 'A region as it was.' },
      ),
      'In order of preference.',
    ),
    term: count("The decider's term."),
    epoch: count('The decision in force.'),
    text: text('Why it was in force.'),
    noSafeTarget: flag('No region was safe.'),
  },
  { title: 'MomentInThePast', description: 'A group as it was.' },
);
