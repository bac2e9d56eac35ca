// A client's reports: `agent/io/reporting.ts` and `sender.ts` under the virtual clock, over the
// production recorder, cadence, harvest, ring and codec.

import { type BreakerReport, encodeBatch, partitionOf, type Version } from '@regionpilot/protocol';
import { batchFrom, type Sender } from '../../../agent/batch-from.ts';
import {
  type Cadence,
  flushed,
  hurry,
  isFullDue,
  nextFlushMs,
  startCadence,
} from '../../../agent/cadence.ts';
import type { AgentConfig } from '../../../agent/config.ts';
import { harvest } from '../../../agent/harvest.ts';
import { Recorder, type Wake } from '../../../agent/recorder.ts';
import { type Numbered, Ring } from '../../../agent/ring.ts';
import type { Host } from './host.ts';
import type { SimLog } from './log.ts';

export type SimReportingOptions = {
  readonly host: Host;
  readonly log: SimLog;
  readonly config: AgentConfig;
  readonly boot: string;
  /** Telemetry does not get out, though the client works. */
  readonly isSilent: () => boolean;
  readonly applied: () => Readonly<Record<string, Version>>;
  readonly breakerReports: () => readonly BreakerReport[];
};

export class SimReporting {
  readonly recorder: Recorder;
  readonly ring: Ring;
  readonly #options: SimReportingOptions;
  readonly #sender: Sender;
  #cadence: Cadence;
  #lookMs = 0;
  #alarmMs = Number.POSITIVE_INFINITY;
  #busy = false;
  #failures = 0;

  constructor(options: SimReportingOptions) {
    const { host, config, boot } = options;
    const { client, home, domain } = config;
    this.#options = options;
    this.#sender = { client, boot, home, domain };
    this.recorder = new Recorder({
      nowMs: () => host.schedule.nowMs,
      wake: (why) => this.#wake(why),
      survived: (error) => {
        throw error;
      },
    });
    this.ring = new Ring({ lost: () => undefined });
    this.#cadence = startCadence(host.schedule.nowMs, host.rng.next() * config.calmFlushMs);
    this.#arm();
  }

  tellWithin(ms: number): void {
    this.#cadence = hurry(this.#cadence, this.#options.host.schedule.nowMs, ms);
    this.#arm();
  }

  /** The last words of a process that is asked to stop. */
  sayGoodbye(): void {
    this.#flush(true);
    const { host, log } = this.#options;
    if (log.down || host.cut) return;
    const batches = this.ring.take();
    for (const batch of batches) this.#append(batch, batch === batches.at(-1));
  }

  #wake(why: Wake): void {
    const now = this.#options.host.schedule.nowMs;
    if (why === 'look') this.#lookMs = 0;
    else if (why === 'change' || !this.#cadence.failing) this.#cadence = hurry(this.#cadence, now);
    this.#arm();
  }

  #work(): void {
    const { host, config } = this.#options;
    const now = host.schedule.nowMs;
    if (now >= this.#lookMs) this.#lookMs = this.recorder.look(now, config.stallMs);
    if (now >= nextFlushMs(this.#cadence, this.recorder.stalled, config)) {
      this.#flush(isFullDue(this.#cadence, now, config));
    }
    this.#arm();
  }

  #flush(full: boolean): void {
    const { host, config, breakerReports } = this.#options;
    const now = host.schedule.nowMs;
    this.#lookMs = this.recorder.look(now, config.stallMs);
    const wallOffsetMs = host.wallMs - now;
    const breaker = breakerReports();
    const result = harvest(this.recorder, { nowMs: now, wallOffsetMs, full, breaker });
    for (const draft of result.drafts) this.ring.push(draft, config.ringBytes);
    this.ring.drop('ringFull', result.lost);
    this.#cadence = flushed(now, full, result.failures, this.#cadence);
    this.#pump();
  }

  #arm(): void {
    const { host, config } = this.#options;
    const flushMs = nextFlushMs(this.#cadence, this.recorder.stalled, config);
    const dueMs = Math.max(Math.ceil(Math.min(flushMs, this.#lookMs)), host.schedule.nowMs + 1);
    if (dueMs >= this.#alarmMs) return;
    this.#alarmMs = dueMs;
    host.after(dueMs - host.schedule.nowMs, () => {
      if (this.#alarmMs !== dueMs) return;
      this.#alarmMs = Number.POSITIVE_INFINITY;
      this.#work();
    });
  }

  #pump(): void {
    if (this.#busy || this.ring.length === 0) return;
    this.#busy = true;
    const { host } = this.#options;
    const batches = this.ring.take();
    host.after(host.requestMs(), () => this.#arrive(batches));
  }

  #arrive(batches: readonly Numbered[]): void {
    const { host, log, isSilent } = this.#options;
    const { lost, lostAnswers } = host.network;
    const arrives = !log.down && !host.cut && !isSilent() && !host.rng.chance(lost);
    if (arrives) for (const batch of batches) this.#append(batch, false);
    if (!arrives || host.rng.chance(lostAnswers)) {
      this.#failures++;
      const waitMs = Math.min(2_000, 100 * 2 ** (this.#failures - 1));
      host.after(waitMs * (0.5 + host.rng.next() / 2), () => this.#free());
      return;
    }
    this.#failures = 0;
    for (const { draft } of this.ring.delivered()) this.recorder.release(draft.gone);
    host.after(host.requestMs(), () => this.#free());
  }

  #free(): void {
    this.#busy = false;
    this.#pump();
  }

  #append(batch: Numbered, bye: boolean): void {
    const { host, log, applied } = this.#options;
    const sending = { sentMs: host.wallMs, applied: applied(), bye };
    log.append('events', {
      key: this.#sender.client,
      value: encodeBatch(batchFrom(batch, this.#sender, sending)),
      partition: partitionOf(this.#sender.client, log.eventPartitions),
    });
  }
}
