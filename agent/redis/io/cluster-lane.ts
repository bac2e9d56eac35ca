// A region behind a Redis Cluster. A Cluster client rewires each command it is given to follow
// redirects and to retry on its own, so it never gets the caller's command itself but a leg of it:
// a leg can be cut off, and the same command can then go to another Cluster on a leg of its own.

import type { Cluster, Command, Redis } from 'ioredis';
import { internalsOf, type SocketLike } from './internals.ts';
import type { Lane, LaneListener, LanePace, Taken } from './lane.ts';
import { leavePipeline, noSocket } from './lane.ts';
import { Leg } from './leg.ts';
import { type Observation, type ObserveOptions, type Observer, observeNode } from './observe.ts';
import { observeCluster } from './observe-cluster.ts';
import { MissedProbes, sendProbe } from './probes.ts';
import { insistedOptions } from './region-client.ts';
import type { TapListener } from './tap.ts';

export class ClusterLane implements Lane {
  readonly region: string;
  readonly client: Cluster;
  readonly direct: null = null;
  readonly stream: SocketLike = noSocket;
  /** MULTI without a pipeline and WATCH need one connection; a Cluster has none to offer. */
  readonly session: null = null;
  readonly #listener: LaneListener;
  readonly #observation: Observation;
  readonly #probed: (answered: boolean) => void;
  readonly #missed: MissedProbes;
  /** In the order they were sent. */
  readonly #legs = new Map<Command, Leg>();
  /** A transaction under way: sent whole, once it is known which node it belongs to. */
  #transaction: Leg[] = [];
  #silent = false;
  #wasUsable = false;
  #closed = false;
  #probedMs = 0;

  constructor(
    client: Cluster,
    observer: Observer,
    options: ObserveOptions,
    listener: LaneListener,
  ) {
    this.region = options.region;
    this.client = client;
    this.#listener = listener;
    client.on('error', (error: Error) => listener.error(this, error));
    // What is under way when the lane is closed fails by that alone.
    this.#probed = (answered) => {
      if (!this.#closed) observer.probed?.(options, answered);
    };
    this.#missed = new MissedProbes(this.#probed);
    for (const event of ['ready', 'close', 'end', 'reconnecting']) {
      client.on(event, () => this.#refresh());
    }
    this.#observation = observeCluster(observer, client, options, observeNode, (node) =>
      this.#listenTo(node),
    );
    if (client.status === 'wait') client.connect().catch(() => {});
  }

  get silent(): boolean {
    return this.#silent;
  }

  get usable(): boolean {
    return this.client.status === 'ready' && !this.#silent && !this.#closed;
  }

  readonly send = (command: Command, pipeline?: unknown): unknown => {
    const leg = new Leg(command, () => this.#legs.delete(leg.command));
    this.#legs.set(leg.command, leg);
    if (isPartOfTransaction(command)) this.#collect(leg);
    else this.client.sendCommand(leg.command);
    leavePipeline(pipeline);
    return command.promise;
  };

  readonly sendAll = (commands: readonly Command[]): void => {
    for (const command of commands) this.send(command);
  };

  readonly take = (): Taken => {
    const written = new Set(this.client.nodes().flatMap(writtenTo));
    const sent: Command[] = [];
    const unsent: Command[] = [];
    for (const leg of this.#cutAll([...this.#legs.keys()])) {
      (written.has(leg.command) ? sent : unsent).push(leg.original);
    }
    return { sent, unsent };
  };

  readonly takeReads = (isRead: (command: Command) => boolean): readonly Command[] =>
    this.#cutAll([...this.#legs.keys()].filter(isRead)).map((leg) => leg.original);

  readonly busy = (): boolean => this.#legs.size > 0;

  readonly tick = (nowMs: number, pace: LanePace): void => {
    const isReady = this.client.status === 'ready';
    const since = this.#observation.waitingSinceMs();
    const isStuck = !isReady || (since > 0 && nowMs - since >= pace.holdAfterMs);
    if (isStuck) this.#missed.missed(nowMs, pace.probeIntervalMs);
    else this.#missed.able();
    if (!isReady) return;
    if (isStuck) {
      this.#silent = true;
      this.#refresh();
    } else if (since === 0) {
      this.#probe(nowMs, pace);
    }
  };

  readonly ask = (command: Command): Promise<unknown> => {
    command.promise.catch(() => {});
    this.client.sendCommand(command);
    return command.promise;
  };

  readonly close = (): void => {
    this.#closed = true;
    this.#observation.stop();
    this.client.disconnect();
  };

  #collect(leg: Leg): void {
    this.#transaction.push(leg);
    if (!endsTransaction(leg.original)) return;
    const legs = this.#transaction;
    this.#transaction = [];
    const slot = legs.map(({ original }) => original.getSlot()).find((known) => known !== null);
    // One object for all of them: the Cluster fills in the node with the first and keeps to it.
    const node = { slot: slot ?? 0, redis: undefined };
    for (const { command } of legs)
      this.client.sendCommand(command, undefined as never, node as never);
  }

  #cutAll(commands: readonly Command[]): readonly Leg[] {
    return commands.flatMap((command) => {
      const leg = this.#legs.get(command);
      this.#legs.delete(command);
      leg?.cut();
      return leg ?? [];
    });
  }

  #listenTo(node: Redis): TapListener {
    Object.assign(node.options, insistedOptions);
    return {
      closing: () => this.#nodeCloses(node),
      statusChanged: () => {},
      answersArrived: () => {
        if (!this.#silent) return;
        this.#silent = false;
        this.#refresh();
      },
    };
  }

  /** ioredis would send everything this node held a second time, writes included. */
  #nodeCloses(node: Redis): void {
    if (this.#closed || node.status !== 'ready') return;
    const legs = this.#cutAll(writtenTo(node));
    this.#listener.orphaned(this, { sent: legs.map((leg) => leg.original), unsent: [] });
  }

  #probe(nowMs: number, { probe, probeIntervalMs }: LanePace): void {
    const lastMs = Math.max(this.#probedMs, this.#observation.lastAnswerMs());
    if (nowMs - lastMs < probeIntervalMs) return;
    this.#probedMs = nowMs;
    for (const node of this.client.nodes('master')) {
      node.ping().then(
        () => this.#probed(true),
        () => this.#probed(false),
      );
    }
    if (probe === 'write') void sendProbe('write', this.ask).then(this.#probed);
  }

  #refresh(): void {
    if (this.usable === this.#wasUsable || this.#closed) return;
    this.#wasUsable = this.usable;
    if (!this.usable && !this.#silent) this.#listener.orphaned(this, this.take());
    this.#listener.changed(this);
  }
}

function writtenTo(node: Redis): readonly Command[] {
  const { commandQueue } = internalsOf(node);
  const commands: Command[] = [];
  for (let i = 0; i < commandQueue.length; i++) {
    const item = commandQueue.peekAt(i);
    if (item !== undefined) commands.push(item.command);
  }
  return commands;
}

function isPartOfTransaction(command: Command): boolean {
  return command.inTransaction || endsTransaction(command);
}

function endsTransaction({ name }: Command): boolean {
  return /^(exec|discard)$/i.test(name);
}
