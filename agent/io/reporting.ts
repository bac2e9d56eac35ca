// From counters to the log: the recorder, the cadence, the ring and the sender under one alarm.

import { randomUUID } from 'node:crypto';
import type { Bus } from '@regionpilot/bus';
import { type BreakerReport, topicFullName, type Version } from '@regionpilot/protocol';
import type { Sender } from '../batch-from.ts';
import { type Cadence, flushed, hurry, isFullDue, nextFlushMs, startCadence } from '../cadence.ts';
import type { AgentConfig } from '../config.ts';
import { type Draft, harvest } from '../harvest.ts';
import { Recorder, type Wake } from '../recorder.ts';
import { Ring } from '../ring.ts';
import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';
import type { Notices } from './notices.ts';
import { BatchSender } from './sender.ts';

export type ReportingOptions = {
  readonly config: () => AgentConfig;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly notices: Notices;
  readonly applied: () => Readonly<Record<string, Version>>;
  /** What the local breaker did since it was last asked. */
  readonly breakerReports: () => readonly BreakerReport[];
};

/** A bug of ours must not become a busy loop in somebody else's process. */
const afterErrorMs = 1_000;

export class Reporting {
  readonly recorder: Recorder;
  readonly ring: Ring;
  readonly sender: BatchSender;
  readonly #options: ReportingOptions;
  readonly #alarm: Alarm;
  #cadence: Cadence;
  #lookMs = 0;
  #isOff = false;

  constructor(options: ReportingOptions) {
    const { clock, notices, rng, config } = options;
    this.#options = options;
    this.recorder = new Recorder({
      nowMs: clock.nowMs,
      wake: (why) => this.#wake(why),
      survived: (error) => notices.survive('probe', error),
    });
    this.ring = new Ring({
      lost: (reason, rows) => {
        if (!this.#isOff) notices.say({ kind: 'batchDropped', reason, rows });
      },
    });
    this.sender = this.#newSender();
    this.#alarm = new Alarm(clock, () => this.#ring());
    this.#cadence = startCadence(clock.nowMs(), rng() * config().calmFlushMs);
    this.#arm();
  }

  use(bus: Bus): void {
    this.sender.use(bus);
  }

  /** There is no log to tell: what is counted from now on is only declared as dropped. */
  turnOff(): void {
    this.#isOff = true;
  }

  /** Something worth telling within that time, though not worth a flush of its own. */
  tellWithin(ms: number): void {
    this.#cadence = hurry(this.#cadence, this.#options.clock.nowMs(), ms);
    this.#arm();
  }

  /** The config changed: look at what is due under the new one. */
  reconsider(): void {
    this.#lookMs = 0;
    this.#arm();
  }

  /** Tells the rest and says goodbye, within the deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#alarm.stop();
    this.sender.beginGoodbye();
    this.#flush(true);
    await this.sender.close(this.#isOff ? 0 : deadlineMs);
    this.ring.dropAll('shutdown');
  }

  #newSender(): BatchSender {
    const { config, clock, notices, rng, applied } = this.#options;
    const { client, home, domain, topicPrefix } = config();
    const sender: Sender = { client, boot: randomUUID(), home, domain };
    return new BatchSender({
      ring: this.ring,
      topic: topicFullName(topicPrefix, 'events'),
      sender,
      notices,
      rng,
      sending: () => ({ sentMs: clock.wallMs(), applied: applied() }),
      delivered: (batches) => {
        for (const { draft } of batches) this.recorder.release(draft.gone);
      },
    });
  }

  #wake(why: Wake): void {
    const now = this.#options.clock.nowMs();
    if (why === 'look') this.#lookMs = 0;
    // Failures that go on are counted at their own pace.
    else if (why === 'change' || !this.#cadence.failing) this.#cadence = hurry(this.#cadence, now);
    this.#arm();
  }

  #ring(): void {
    const fine = this.#options.notices.guard('report', false, () => {
      this.#work();
      return true;
    });
    if (fine) this.#arm();
    else this.#alarm.at(this.#options.clock.nowMs() + afterErrorMs);
  }

  #work(): void {
    const { clock, config } = this.#options;
    const settings = config();
    const now = clock.nowMs();
    if (now >= this.#lookMs) this.#lookMs = this.recorder.look(now, settings.stallMs);
    if (now >= nextFlushMs(this.#cadence, this.recorder.stalled, settings)) {
      this.#flush(isFullDue(this.#cadence, now, settings));
    }
  }

  #flush(full: boolean): void {
    const { clock, config, breakerReports } = this.#options;
    const { ringBytes } = config();
    const now = clock.nowMs();
    const wallOffsetMs = clock.wallMs() - now;
    const breaker = breakerReports();
    const result = harvest(this.recorder, { nowMs: now, wallOffsetMs, full, breaker });
    for (const draft of result.drafts) {
      if (this.#isOff) this.#discard(draft);
      else this.ring.push(draft, ringBytes);
    }
    this.ring.drop('ringFull', result.lost);
    this.#cadence = flushed(now, full, result.failures, this.#cadence);
    this.sender.pump();
  }

  #discard({ rows, gone }: Draft): void {
    this.ring.drop('sendFailed', rows);
    this.recorder.release(gone);
  }

  #arm(): void {
    const flushMs = nextFlushMs(this.#cadence, this.recorder.stalled, this.#options.config());
    this.#alarm.at(Math.min(flushMs, this.#lookMs));
  }
}
