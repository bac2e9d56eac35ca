// What is worth telling a watcher, and the words for it. The same events feed the screen and the
// plain lines.

import { evidenceLine, incidentText } from '@regionpilot/aggregator';
import type { IncidentEvent } from '@regionpilot/protocol';
import { type FaultName, faultTexts } from './fault.ts';

export type Happening = {
  readonly atMs: number;
  readonly tone: 'good' | 'bad' | 'warn' | 'note';
  readonly text: string;
  /** The numbers behind it, for a second line. */
  readonly evidence: string | null;
};

export function broke(region: string, fault: FaultName, atMs: number): Happening {
  const text = `FAULT   ${region}: ${faultTexts[fault]}`;
  return { atMs, tone: 'bad', text, evidence: null };
}

export function healed(region: string, atMs: number): Happening {
  return { atMs, tone: 'note', text: `HEALED  ${region} answers again`, evidence: null };
}

export function failedCommand(text: string, ambiguous: boolean, atMs: number): Happening {
  const word = ambiguous ? 'DOUBT  ' : 'FAILED ';
  return { atMs, tone: ambiguous ? 'warn' : 'bad', text: `${word} ${text}`, evidence: null };
}

/** A line for an event of the aggregator's timeline, or null where it would only be noise. */
export function heard(event: IncidentEvent, atMs: number): Happening | null {
  switch (event.kind) {
    case 'decided': {
      const { reason, epoch, text, evidence } = event.decision;
      const [first] = evidence;
      return {
        atMs,
        tone: reason === 'rampStep' || reason === 'initial' ? 'good' : 'warn',
        text: `DECIDED ${reason} (epoch ${epoch}): ${text}`,
        evidence: first === undefined ? null : `${first.region}: ${evidenceLine(first)}`,
      };
    }
    case 'healthChanged': {
      if (event.home !== '*') return null;
      const tone = event.to === 'healthy' ? 'good' : event.to === 'unknown' ? 'note' : 'warn';
      const text = `HEALTH  ${event.region}: ${event.from} → ${event.to}`;
      return { atMs, tone, text, evidence: null };
    }
    case 'converged':
      return { atMs, tone: 'good', text: `MOVED   ${incidentText(event)}`, evidence: null };
    case 'refused':
    case 'shadowDecided':
    case 'tiltEntered':
    case 'tiltLeft':
    case 'overrideChanged':
      return { atMs, tone: 'warn', text: `WATCH   ${incidentText(event)}`, evidence: null };
    case 'clientSetAside':
    case 'ownerChanged':
    case 'closed':
      return { atMs, tone: 'note', text: `NOTE    ${incidentText(event)}`, evidence: null };
  }
}
