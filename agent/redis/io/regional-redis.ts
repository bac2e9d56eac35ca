// One ioredis client over all regions of a group. It is a Redis in every way a caller can see
// (commands, pipelines, scripts, scans, types, `instanceof`), with a switchboard where the socket
// would be. While all is well a command costs one look at its name and a call of the region's own
// client; everything else happens off that path.

import { Command, Redis, type RedisOptions } from 'ioredis';
import type { GroupConfig } from '../../config.ts';
import { closed, type RegionalRedisError, refused, transactionLost } from '../errors.ts';
import type { AgentHost } from '../host.ts';
import { isOrdinary } from '../ordinary.ts';
import { classOf } from '../orphans.ts';
import type { RegionalCounts, RegionalEvents } from '../regional-event.ts';
import type { ReplayClass } from '../replay-class.ts';
import { type Flow, TransactionGuard } from '../transaction-guard.ts';
import { BlockingLanes } from './blocking.ts';
import { internalsOf } from './internals.ts';
import { type Lane, leavePipeline, noSocket, type RegionSpec } from './lane.ts';
import { laneFactory } from './lanes.ts';
import { Subscriptions } from './subscriptions.ts';
import { Switchboard, watchMs } from './switchboard.ts';

export type RegionalRedisOptions = {
  readonly agent: AgentHost;
  readonly group: string;
  /** How to reach each region that a decision may name. */
  readonly regions: Readonly<Record<string, RegionSpec>>;
  /** ioredis options for every region; each region's own go first. `keyPrefix`, `scripts` and
   * `enableAutoPipelining` work as in ioredis. */
  readonly options?: RedisOptions;
};

export type RegionalStatus = RegionalCounts & {
  readonly region: string;
  /** False while commands are kept back. */
  readonly flows: boolean;
  readonly heldNow: number;
};

export class RegionalRedis extends Redis {
  readonly #setup: RegionalRedisOptions;
  readonly #board: Switchboard;
  readonly #blocking: BlockingLanes;
  readonly #subscriptions: Subscriptions;
  readonly #guard = new TransactionGuard();
  readonly #timer: NodeJS.Timeout;
  readonly #unlisten: () => void;
  /** The active region's own client while commands can be handed straight to it. */
  #fast: Redis | null = null;
  #closed = false;

  constructor(setup: RegionalRedisOptions) {
    super(ownOptions(setup.options ?? {}));
    this.#setup = setup;
    const { agent, group } = setup;
    const settings = (): GroupConfig => agent.settings(group);
    const route = agent.route(group);
    const lanes = laneFactory({
      ...setup,
      options: setup.options ?? {},
      onDegraded: (region, missing) => this.#tell('degraded', { region, missing }),
    });
    this.#blocking = new BlockingLanes({
      lanes,
      settings,
      orphaned: (lane, taken) => this.#board.orphaned(lane, taken),
      again: (commands) => this.#again(commands),
    });
    this.#subscriptions = new Subscriptions({
      lanes,
      settings,
      region: () => this.#board.active.region,
      listens: (event) => this.listenerCount(event) > 0,
      deliver: (event, parts) => this.emit(event, ...parts),
    });
    this.#board = new Switchboard({
      lanes,
      route,
      settings,
      commandTimeoutMs: setup.options?.commandTimeout,
      tell: (event, detail) => this.#tell(event, detail),
      error: (error) => this.#tellError(error),
      flowChanged: () => this.#flowChanged(),
      moved: (from, wasUsable) => {
        if (!this.#guard.isIdle) forget(from);
        this.#blocking.moved(from, wasUsable);
        this.#subscriptions.moved();
      },
      elsewhere: (command) => this.#sendsElsewhere(command),
    });
    Object.defineProperty(this, 'stream', { get: () => this.#stream() });
    internalsOf(this).setStatus('connecting');
    this.#unlisten = route.onChange(() => this.#board.reconsider());
    this.#timer = setInterval(() => this.#tick(), watchMs(settings()));
    this.#timer.unref();
    this.#board.reconsider();
  }

  /** What this client does and did, for people and metrics. */
  get regional(): RegionalStatus {
    const { active, flows, heldCommands, counts } = this.#board;
    return { ...counts, region: active.region, flows, heldNow: heldCommands };
  }

  override sendCommand(command: Command, pipeline?: unknown): unknown {
    const fast = this.#fast;
    if (fast !== null && isOrdinary(command.name)) {
      return fast.sendCommand(command, pipeline as never);
    }
    this.#dispatch(command, pipeline);
    return command.promise;
  }

  /** Connections are made and kept by themselves; resolves once commands flow. */
  override connect(): Promise<void> {
    if (this.status === 'ready') return Promise.resolve();
    const ended = closed({ command: 'connect', region: this.#board.active.region });
    if (this.#closed) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.off('ready', settle).off('end', settle);
        if (this.#closed) reject(ended);
        else resolve();
      };
      this.on('ready', settle).on('end', settle);
    });
  }

  /** Lets what is under way finish (at most `drainMs`), then closes every connection. */
  override quit(): Promise<'OK'> {
    const deadline = performance.now() + this.#setup.agent.settings(this.#setup.group).drainMs;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#board.isBusy() && performance.now() < deadline && !this.#closed) {
          setTimeout(look, 10);
          return;
        }
        this.disconnect();
        resolve('OK');
      };
      look();
    });
  }

  /** Closes every connection at once; what is under way fails with `CLIENT_CLOSED`. */
  override disconnect(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#fast = null;
    clearInterval(this.#timer);
    this.#unlisten();
    const { region } = this.#board.active;
    const left = [
      ...this.#board.close(),
      ...this.#blocking.close(),
      ...this.#subscriptions.close(),
    ];
    for (const command of left) command.reject(closed({ command: command.name, region }));
    internalsOf(this).setStatus('end');
  }

  override end(): void {
    this.disconnect();
  }

  override get mode(): 'normal' {
    return 'normal';
  }

  override monitor(): Promise<never> {
    return Promise.reject(this.#refusal('monitor'));
  }

  /** Another client over the same regions, with other options on top. */
  override duplicate(override?: Partial<RedisOptions>): never {
    const options = { ...this.#setup.options, ...override };
    return new RegionalRedis({ ...this.#setup, options }) as never;
  }

  #dispatch(command: Command, pipeline: unknown): void {
    const name = command.name.toLowerCase();
    const replayClass = classOf(command);
    const problem = this.#problemWith(command, name, replayClass);
    if (problem !== null) {
      leavePipeline(pipeline);
      command.reject(problem);
      return;
    }
    if (replayClass === 'pubsub') {
      leavePipeline(pipeline);
      this.#subscriptions.submit(command);
    } else if (this.#board.flows && this.#sendsElsewhere(command)) {
      leavePipeline(pipeline);
    } else {
      this.#board.submit(command, pipeline);
    }
  }

  /** Blocking commands have a connection of their own; in a transaction they do not block. */
  #sendsElsewhere(command: Command): boolean {
    if (command.inTransaction || classOf(command) !== 'blocking') return false;
    this.#blocking.send(command, this.#board.active.region);
    return true;
  }

  #problemWith(
    command: Command,
    name: string,
    replayClass: ReplayClass,
  ): RegionalRedisError | null {
    const { active, flows } = this.#board;
    const at = { command: name, region: active.region };
    if (this.#closed) return closed(at);
    if (replayClass === 'connection') return this.#refusal(name);
    if (replayClass !== 'transaction' && this.#guard.isIdle) return null;
    const isPiped = command.pipelineIndex !== undefined;
    if (active.direct === null && !isPiped && replayClass === 'transaction') {
      return refused(at, 'with a Redis Cluster use multi() and exec() as one chain');
    }
    if (isPiped && this.#guard.isIdle) return null;
    return this.#guarded(command, name, {
      session: active.session,
      flows,
      nowMs: performance.now(),
    })
      ? null
      : transactionLost(at);
  }

  #guarded(command: Command, name: string, flow: Flow): boolean {
    const verdict = this.#guard.admit(name, flow);
    if (verdict === 'passWithin') command.inTransaction = true;
    if (name === 'multi' || name === 'watch') command.promise.catch(() => this.#guard.lose());
    if (verdict === 'lost') forget(this.#board.active);
    this.#chooseFastPath();
    return verdict !== 'lost';
  }

  #refusal(name: string): RegionalRedisError {
    return refused({ command: name, region: this.#board.active.region });
  }

  #again(commands: readonly Command[]): void {
    for (const command of commands) if (!command.isSettled) this.#dispatch(command, undefined);
  }

  #stream(): unknown {
    return this.#board.flows ? this.#board.active.stream : noSocket;
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#board.tick(nowMs);
    this.#blocking.tick(nowMs);
    this.#subscriptions.tick(nowMs);
  }

  #flowChanged(): void {
    const { flows, active } = this.#board;
    if (flows) this.#guard.sent(active.session);
    this.#chooseFastPath();
    const status = flows ? 'ready' : 'reconnecting';
    if (this.status !== status && !this.#closed) internalsOf(this).setStatus(status);
  }

  #chooseFastPath(): void {
    const { flows, active } = this.#board;
    this.#fast = flows && this.#guard.isIdle && !this.#closed ? active.direct : null;
  }

  // In a turn of its own: what a listener throws is the host's, and must not stop us half way.
  #tell<Name extends keyof RegionalEvents>(event: Name, detail: RegionalEvents[Name]): void {
    process.nextTick(() => this.emit(event, detail));
  }

  #tellError(error: Error): void {
    if (this.listenerCount('error') > 0) process.nextTick(() => this.emit('error', error));
  }
}

/** Only what shapes a command before it is sent; the regions' own clients do the rest. */
function ownOptions(options: RedisOptions): RedisOptions & { replyMapping?: 'legacy' } {
  return { ...options, sentinels: null, lazyConnect: true } as never;
}

/** Ends what MULTI or WATCH began on a connection that we may use again. */
function forget(lane: Lane): void {
  if (lane.direct === null || lane.session === null) return;
  for (const name of ['discard', 'unwatch']) lane.ask(new Command(name, [])).catch(() => {});
}
