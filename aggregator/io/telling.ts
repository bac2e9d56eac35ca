/** What a decider has to say: to the log of the system, to its own log, and to who measures it. */
import { type BusRecord, deadLetter, type Outbox } from '@regionpilot/bus';
import {
  type Decision,
  encodeRecord,
  type Heartbeat,
  heartbeatKey,
  type IncidentRecord,
  type Rejection,
} from '@regionpilot/protocol';
import { save } from '../decide/saved.ts';
import type { Effect, GroupState } from '../decide/state.ts';
import type { DecisionTally } from '../decision-tally.ts';
import { decisionHeaders, heartbeatHeaders, incidentHeaders } from '../envelopes.ts';
import { incidentText } from '../explain.ts';
import type { Journal } from '../journal.ts';
import type { AggregatorLog } from '../log.ts';
import type { Observe, Observer } from '../observed.ts';
import { groupRecord } from './snapshots.ts';

export type TellingOptions = {
  readonly instance: string;
  readonly decisions: Outbox;
  readonly heartbeats: Outbox;
  readonly incidents: Outbox;
  readonly state: Outbox;
  readonly deadLetters: Outbox;
  readonly log: AggregatorLog;
  readonly journal: Journal | null;
  readonly observe: Observe | undefined;
};

export class Telling {
  readonly #options: TellingOptions;
  readonly #tally: DecisionTally;
  readonly #observer: Observer;

  constructor(options: TellingOptions, tally: DecisionTally, observer: Observer) {
    this.#options = options;
    this.#tally = tally;
    this.#observer = observer;
  }

  carryOut(state: GroupState, effect: Effect): void {
    switch (effect.kind) {
      case 'publishDecision':
        return this.#publish(effect.decision);
      case 'record':
        return this.#record(effect.incident);
      case 'saveState': {
        const { state: box, instance } = this.#options;
        return box.push([groupRecord(save(state), instance, state.nowMs)]);
      }
    }
  }

  beat(heartbeat: Heartbeat): void {
    const { heartbeats, instance } = this.#options;
    const key = heartbeatKey(heartbeat.partition);
    const headers = heartbeatHeaders(heartbeat, instance);
    heartbeats.push([{ key, value: encodeRecord(heartbeat), headers }]);
  }

  reject(
    record: BusRecord,
    { rejection, text }: { readonly rejection: Rejection; readonly text: string },
  ): void {
    const { deadLetters, log } = this.#options;
    const { topic, partition, offset } = record;
    deadLetters.push([deadLetter(record, rejection, text)]);
    log({ event: 'recordRejected', topic, partition, offset, rejection, text });
  }

  #publish(decision: Decision): void {
    const { decisions, instance, log, journal } = this.#options;
    const { group, term, epoch, reason, text, incident } = decision;
    const headers = decisionHeaders(decision, instance);
    journal?.decision(decision);
    this.#tally.published(decision, Date.now());
    this.#observer.published(decision, Date.now());
    decisions.push([{ key: group, value: encodeRecord(decision), headers }]);
    log({ event: 'decisionPublished', group, term, epoch, reason, text, incident });
  }

  #record(record: IncidentRecord): void {
    const { incidents, instance, log } = this.#options;
    const { group, event, incident } = record;
    this.#tally.recorded(record);
    this.#observer.recorded(record);
    const headers = incidentHeaders(record, instance);
    incidents.push([{ key: group, value: encodeRecord(record), headers }]);
    const text = incidentText(event);
    log({ event: 'incidentRecorded', group, kind: event.kind, text, incident });
  }
}
