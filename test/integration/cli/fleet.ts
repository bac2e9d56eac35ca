// Twelve clients in two homes and three zones that report ten times a second, follow the decision
// log, and can lose a region on command.

import type { Bus, Tail } from '@regionpilot/bus';
import { decodeDecision, isHeartbeatKey } from '@regionpilot/protocol';
import { batchRecord, type ConnectionRow } from '../../support/batches.ts';

export class Fleet {
  readonly #bus: Bus;
  readonly #prefix: string;
  readonly #tail: Promise<Tail>;
  readonly #timer: NodeJS.Timeout;
  readonly #down = new Set<string>();
  #applied: Record<string, readonly [number, number]> = {};
  #seq = 0;

  constructor(bus: Bus, prefix: string) {
    this.#bus = bus;
    this.#prefix = prefix;
    this.#tail = bus.tail({
      topic: `${prefix}decisions`,
      handler: {
        caughtUp: () => undefined,
        record: ({ key, value }) => {
          const decoded = value === null || isHeartbeatKey(key) ? null : decodeDecision(value);
          if (decoded?.kind !== 'ok') return;
          const { group, term, epoch } = decoded.value;
          this.#applied = { [group]: [term, epoch] };
        },
      },
    });
    this.#timer = setInterval(() => void this.#report(), 100);
  }

  lose(region: string): void {
    this.#down.add(region);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await (await this.#tail).close();
  }

  async #report(): Promise<void> {
    const seq = this.#seq++;
    const sentMs = Date.now();
    const rows = ['eu', 'us'].map(
      (region): ConnectionRow =>
        this.#down.has(region) ? { region, state: 'closed', error: [0, 3] } : { region, ok: 10 },
    );
    const records = Array.from({ length: 12 }, (_, i) =>
      batchRecord({
        client: `checkout-${i}`,
        home: i % 2 === 0 ? 'eu' : 'us',
        domain: `zone-${i % 3}`,
        seq,
        sentMs,
        rows,
        applied: this.#applied,
      }),
    );
    await this.#bus.publish(`${this.#prefix}events`, records).catch(() => undefined);
  }
}
