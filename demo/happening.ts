// What is worth telling a watcher, and the words for it. The same events feed the screen and the
// plain lines.

import { evidenceLine, incidentText } from '@regionpilot/aggregator';
import type { DecisionReason, IncidentEvent } from '@regionpilot/protocol';
import { type FaultName, faultTexts } from './fault.ts';
import type { Mail, Page } from './inbox/inbox.ts';
import { headline } from './inbox/message.ts';
import type { Arrival } from './journeys.ts';

export type Happening = {
  readonly atMs: number;
  readonly tone: 'good' | 'bad' | 'warn' | 'note';
  /** One word in capitals. */
  readonly what: string;
  readonly text: string;
  /** The numbers behind it. */
  readonly evidence: string | null;
};

/** A command failed for its caller. */
export type CommandFailure = {
  readonly client: string;
  readonly command: string;
  readonly region: string;
  /** It was sent, was never answered, and is not safe to repeat. */
  readonly ambiguous: boolean;
  readonly text: string;
  readonly atMs: number;
};

export function broke(region: string, fault: FaultName, atMs: number): Happening {
  const text = `${region}: ${faultTexts[fault]}`;
  return { atMs, tone: 'bad', what: 'FAULT', text, evidence: null };
}

export function healed(region: string, atMs: number): Happening {
  const text = `${region} works again; now it must prove it`;
  return { atMs, tone: 'note', what: 'HEALED', text, evidence: null };
}

export function arrived({ kind, region, clients, tookMs }: Arrival, atMs: number): Happening {
  const text =
    kind === 'left'
      ? `all ${clients} clients have left ${region}, the last one ${tookMs} ms after the fault`
      : `all ${clients} clients are back in ${region}`;
  return { atMs, tone: 'good', what: kind === 'left' ? 'MOVED' : 'BACK', text, evidence: null };
}

/** What the person on call notices; null where it would only be noise. */
export function mailed(mail: Mail, atMs: number): Happening | null {
  switch (mail.kind) {
    case 'change':
      return letter('note', 'CHANGE', mail.change.title, atMs);
    case 'opened':
    case 'changed':
      return opening(mail.page, atMs);
    case 'reworded':
      return null;
    case 'acknowledged':
      return letter('note', 'ACKED', mail.page.title, atMs);
    case 'resolved':
      return letter('good', 'RESOLVED', mail.page.title, atMs);
  }
}

/** Only what wakes somebody is a page. */
function opening({ title, severity }: Page, atMs: number): Happening {
  return severity === 'critical'
    ? letter('bad', 'PAGE', title, atMs)
    : letter('warn', 'NOTICE', title, atMs);
}

function letter(tone: Happening['tone'], what: string, title: string, atMs: number): Happening {
  return { atMs, tone, what, text: headline(title), evidence: null };
}

/** One line per region and kind, however many commands failed. */
export function failedCommands(failures: readonly CommandFailure[]): readonly Happening[] {
  const kinds = Map.groupBy(failures, ({ region, ambiguous }) => `${region} ${ambiguous}`);
  return [...kinds.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [failedAlike(first, alike)];
  });
}

function failedAlike(first: CommandFailure, alike: readonly CommandFailure[]): Happening {
  const { region, ambiguous, atMs, text } = first;
  const commands = [...new Set(alike.map(({ command }) => command.toUpperCase()))].join(', ');
  const count = `${alike.length} ${commands} in ${region}`;
  return ambiguous
    ? {
        atMs,
        tone: 'warn',
        what: 'DOUBT',
        text: `${count}: sent, never answered, not safe to repeat: the caller is told (AMBIGUOUS_WRITE)`,
        evidence: null,
      }
    : { atMs, tone: 'bad', what: 'FAILED', text: `${count}: ${text}`, evidence: null };
}

/** What an event of the aggregator's timeline tells, or null where it would only be noise. */
export function heard(event: IncidentEvent, atMs: number): Happening | null {
  switch (event.kind) {
    case 'decided': {
      const { reason, epoch, text, evidence } = event.decision;
      const [first] = evidence;
      return {
        atMs,
        tone: toneOf(reason),
        what: 'DECIDED',
        text: `${text} (${reason}, epoch ${epoch})`,
        evidence: first === undefined ? null : `${first.region}: ${evidenceLine(first)}`,
      };
    }
    case 'healthChanged': {
      // A start is no news, and homes see here what everybody sees.
      if (event.home !== '*' || event.from === 'unknown') return null;
      const tone = event.to === 'healthy' ? 'good' : event.to === 'unknown' ? 'note' : 'warn';
      const text = `${event.region}: ${event.from} → ${event.to}`;
      return { atMs, tone, what: 'HEALTH', text, evidence: null };
    }
    // Measured from what clients report with their next batch; MOVED is the moment itself.
    case 'converged':
    // The first vote of every outage looks like one client alone.
    case 'clientSetAside':
      return null;
    case 'refused':
    case 'shadowDecided':
    case 'tiltEntered':
    case 'tiltLeft':
    case 'overrideChanged':
      return { atMs, tone: 'warn', what: 'WATCH', text: incidentText(event), evidence: null };
    case 'ownerChanged':
    case 'closed':
      return { atMs, tone: 'note', what: 'NOTE', text: incidentText(event), evidence: null };
  }
}

function toneOf(reason: DecisionReason): Happening['tone'] {
  if (reason === 'noSafeTarget') return 'bad';
  return ['initial', 'rampStep', 'safeTargetFound'].includes(reason) ? 'good' : 'warn';
}
