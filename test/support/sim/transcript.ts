// What happened, one line each, the last of it kept: what a human reads when a seed fails.

import {
  type Decision,
  decodeDecision,
  decodeIncident,
  isHeartbeatKey,
} from '@regionpilot/protocol';
import { incidentText } from '../../../aggregator/explain.ts';
import { decodeOnce, type LogRecord } from './log.ts';
import type { Schedule } from './schedule.ts';

const linesKept = 600;

export class Transcript {
  readonly #schedule: Schedule;
  #lines: string[] = [];

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  say(who: string, what: string): void {
    const at = (this.#schedule.nowMs / 1_000).toFixed(3).padStart(9);
    this.#lines.push(`${at}  ${who.padEnd(8)} ${what}`);
    if (this.#lines.length > linesKept * 2) this.#lines = this.#lines.slice(-linesKept);
  }

  hear(record: LogRecord): void {
    if (record.topic === 'decisions' && !isHeartbeatKey(record.key)) {
      this.say('LOG', decisionLine(decodeOnce(record, decodeDecision)));
    }
    if (record.topic === 'incidents') {
      const { owner, event } = decodeOnce(record, decodeIncident);
      if (event.kind !== 'decided') this.say(owner, incidentText(event));
    }
  }

  last(lines: number): string {
    return this.#lines.slice(-lines).join('\n');
  }
}

export function decisionLine(decision: Decision): string {
  const { term, epoch, owner, reason, admit, homes, noSafeTarget } = decision;
  const rows = JSON.stringify(admit) + (Object.keys(homes).length > 0 ? JSON.stringify(homes) : '');
  return `(${term},${epoch}) ${reason} by ${owner} ${rows}${noSafeTarget ? ' NO SAFE TARGET' : ''}`;
}
