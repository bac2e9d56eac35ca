// A region behind one connection: a standalone server, or the primary that Sentinel names.

import { Command, type Redis } from 'ioredis';
import { internalsOf, type SocketLike } from './internals.ts';
import type { Lane, LaneListener, LanePace, Taken } from './lane.ts';
import { noSocket } from './lane.ts';
import { type Observation, type ObserveOptions, type Observer, observeNode } from './observe.ts';
import { answersOnFreshConnection, MissedProbes, sendProbe } from './probes.ts';
import { isStandIn, takeSent, takeUnsent } from './take.ts';

/** A socket that has said nothing for this long is compared with a fresh one, ms. */
const doubtMs = 2_000;

export class SingleLane implements Lane {
  readonly region: string;
  readonly client: Redis;
  readonly #listener: LaneListener;
  readonly #observation: Observation;
  readonly #probed: (answered: boolean) => void;
  readonly #missed: MissedProbes;
  /** Commands of our own, which are nobody's to give back. */
  readonly #own = new WeakSet<Command>();
  #isReady = false;
  #silent = false;
  #wasUsable = false;
  #closed = false;
  #probedMs = 0;
  #doubtedMs = 0;

  constructor(client: Redis, observer: Observer, options: ObserveOptions, listener: LaneListener) {
    this.region = options.region;
    this.client = client;
    this.#listener = listener;
    client.on('error', (error: Error) => listener.error(this, error));
    // What is under way when the lane is closed fails by that alone.
    this.#probed = (answered) => {
      if (!this.#closed) observer.probed?.(options, answered);
    };
    this.#missed = new MissedProbes(this.#probed);
    this.#observation = observeNode(observer, client, options, {
      closing: () => this.#closing(),
      statusChanged: (status) => this.#statusChanged(status),
      answersArrived: () => this.#answersArrived(),
    });
    this.#isReady = client.status === 'ready';
    if (client.status === 'wait') client.connect().catch(() => {});
  }

  get direct(): Redis {
    return this.client;
  }

  get silent(): boolean {
    return this.#silent;
  }

  get usable(): boolean {
    return this.#isReady && !this.#silent && this.#isProven();
  }

  get session(): string | null {
    return this.#isReady ? `${this.region}#${internalsOf(this.client).connectionEpoch}` : null;
  }

  get stream(): SocketLike {
    return internalsOf(this.client).stream ?? noSocket;
  }

  readonly send = (command: Command, pipeline?: unknown): unknown =>
    this.client.sendCommand(command, pipeline as never);

  readonly sendAll = (commands: readonly Command[]): void => {
    const { stream } = this;
    stream.cork();
    for (const command of commands) this.send(command);
    stream.uncork();
  };

  // Until it is ready, what was written is the handshake: ioredis waits for its answer and for no other.
  readonly take = (): Taken => ({
    sent: this.#isReady ? takeSent(this.client, this.#isCallers) : [],
    unsent: takeUnsent(this.client, this.#isCallers),
  });

  readonly takeReads = (isRead: (command: Command) => boolean): readonly Command[] =>
    this.#isReady
      ? takeSent(this.client, (command) => this.#isCallers(command) && isRead(command))
      : [];

  readonly busy = (): boolean => {
    const { commandQueue } = internalsOf(this.client);
    for (let i = 0; i < commandQueue.length; i++) {
      const item = commandQueue.peekAt(i);
      if (item !== undefined && this.#isCallers(item.command)) return true;
    }
    return false;
  };

  readonly tick = (nowMs: number, pace: LanePace): void => {
    const since = this.#observation.waitingSinceMs();
    const waitedMs = since > 0 ? nowMs - since : 0;
    if (waitedMs >= doubtMs) this.#doubt(nowMs);
    const isStuck = !this.#isReady || waitedMs >= pace.holdAfterMs;
    if (isStuck) this.#missed.missed(nowMs, pace.probeIntervalMs);
    else this.#missed.able();
    if (!this.#isReady) return;
    if (isStuck) {
      this.#silent = true;
      this.#refresh();
    } else if (since === 0 && internalsOf(this.client).commandQueue.length === 0) {
      this.#probe(nowMs, pace);
    }
  };

  readonly ask = (command: Command): Promise<unknown> => {
    this.#own.add(command);
    command.promise.catch(() => {});
    this.client.sendCommand(command);
    return command.promise;
  };

  readonly close = (): void => {
    this.#closed = true;
    this.#isReady = false;
    this.#observation.stop();
    this.client.disconnect();
  };

  readonly #isCallers = (command: Command): boolean =>
    !this.#own.has(command) && !isStandIn(command);

  /** The ready check (INFO after AUTH) is an answer on this very socket; so is our PING. */
  #isProven(): boolean {
    return this.#observation.kind === 'eventsOnly' || this.#observation.lastAnswerMs() > 0;
  }

  #probe(nowMs: number, { probe, probeIntervalMs }: LanePace): void {
    const lastMs = Math.max(this.#probedMs, this.#observation.lastAnswerMs());
    if (nowMs - lastMs < probeIntervalMs) return;
    this.#probedMs = nowMs;
    void sendProbe(probe, this.ask).then(this.#probed);
  }

  // A connection can be dead while its server is well (a router forgot it), and nothing will say so
  // for a quarter of an hour. If a fresh connection is answered, ours is beyond help.
  #doubt(nowMs: number): void {
    if (nowMs - this.#doubtedMs < doubtMs) return;
    this.#doubtedMs = nowMs;
    const { stream } = this;
    if (!this.#isReady) {
      stream.destroy();
      return;
    }
    answersOnFreshConnection(this.client)
      .then((answers) => {
        const still = this.#silent && !this.#closed && stream === this.stream;
        if (answers && still) stream.destroy();
      })
      .catch(() => {});
  }

  #statusChanged(status: string): void {
    if (status !== 'ready' || this.#closed) return;
    // After ioredis has finished its own work on becoming ready.
    process.nextTick(() => {
      if (this.client.status !== 'ready' || this.#closed) return;
      this.#isReady = true;
      if (!this.#isProven()) this.ask(new Command('ping', [])).catch(() => {});
      this.#refresh();
    });
  }

  #answersArrived(): void {
    if (this.#wasUsable && !this.#silent) return;
    this.#silent = false;
    this.#refresh();
  }

  #closing(): void {
    const taken = this.take();
    this.#isReady = false;
    this.#silent = false;
    if (this.#closed) return;
    this.#listener.orphaned(this, taken);
    this.#refresh();
  }

  #refresh(): void {
    if (this.usable === this.#wasUsable) return;
    this.#wasUsable = this.usable;
    this.#listener.changed(this);
  }
}
