import { type Bus, type BusConfig, openBus } from '@regionpilot/bus';
import { backOffMs } from '../back-off.ts';
import { type Notices, textOf } from './notices.ts';

/** The agent's own bus: opened in the background, again and again if need be, and closed at the end. */
export class BusKeeper {
  readonly #notices: Notices;
  readonly #rng: () => number;
  readonly #given: boolean;
  #bus: Bus | null;
  #failures = 0;
  #closed = false;

  constructor(given: Bus | undefined, notices: Notices, rng: () => number) {
    this.#given = given !== undefined;
    this.#bus = given ?? null;
    this.#notices = notices;
    this.#rng = rng;
  }

  get bus(): Bus | null {
    return this.#bus;
  }

  /** Calls back once, when there is a bus. */
  open(config: BusConfig | null, opened: (bus: Bus) => void): void {
    if (this.#bus !== null) opened(this.#bus);
    else if (config !== null) void this.#tryOpen(config, opened);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#given) await this.#bus?.close();
  }

  async #tryOpen(config: BusConfig, opened: (bus: Bus) => void): Promise<void> {
    try {
      const bus = await openBus(config, { background: true });
      if (this.#closed) return await bus.close();
      this.#bus = bus;
      this.#notices.say({ kind: 'busOpened' });
      opened(bus);
    } catch (error) {
      this.#failures++;
      this.#notices.say({ kind: 'busUnavailable', text: textOf(error) });
      const waitMs = backOffMs(this.#failures, 1_000, 30_000, this.#rng);
      setTimeout(() => {
        if (!this.#closed) void this.#tryOpen(config, opened);
      }, waitMs).unref();
    }
  }
}
