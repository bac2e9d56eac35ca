/**
 * The live stream: a snapshot, then what changes, to hundreds of readers. Each message is made into
 * bytes once. A reader that falls behind gets only the last of each level, and is cut when even that
 * is too much; it comes back by itself and goes on where it stopped.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DemoState } from '../contract/demo.ts';
import type { LiveMessage } from '../contract/live.ts';
import type { PipelineState } from '../contract/pipeline.ts';
import { Changes, snapshotMessage } from '../model/changes.ts';
import { HeldBack } from '../model/held-back.ts';
import { LiveLog, type LoggedMessage } from '../model/live-log.ts';
import type { World } from '../model/world.ts';
import { ProblemError } from '../problem.ts';
import type { Identity } from '../route.ts';
import { openSse, type SseStream, sseFrame } from './sse.ts';

export type LiveOptions = {
  readonly world: World;
  readonly instance: string;
  readonly bus: () => PipelineState['bus'];
  /** Followers of the decision relay, for the pipeline's page. */
  readonly relayFollowers: () => number;
  readonly demo: (() => DemoState) | null;
  /** Most followers at once. */
  readonly followersMax: number;
  /** A slower reader is cut. */
  readonly bufferedBytesMax: number;
  readonly heartbeatMs: number;
};

type Frame = LoggedMessage & { readonly frame: Buffer };

type Follower = {
  readonly stream: SseStream;
  readonly held: HeldBack<Frame>;
  /** Since when it waits for the reader to catch up; null: it does not. */
  waitingSinceMs: number | null;
};

const lookMs = 50;
/** Beyond this a follower gets only the last of each level. */
const slowBytes = 128_000;
/** Without followers nothing is made; a little while it is, for who comes right back. */
const lingerMs = 15_000;
const snapshotLifeMs = 100;
const stuckMs = 30_000;

export class Live {
  readonly #options: LiveOptions;
  readonly #changes: Changes;
  readonly #log = new LiveLog<Frame>(randomBytes(6).toString('hex'));
  readonly #followers = new Set<Follower>();
  readonly #timer: NodeJS.Timeout;
  #snapshot: { readonly atMs: number; readonly number: number; readonly frame: Buffer } | null =
    null;
  #idleSinceMs: number | null = 0;
  #isAsleep = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#changes = new Changes(options.world);
    this.#timer = setInterval(() => this.#look(Date.now()), lookMs);
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** @throws {ProblemError} busy. */
  open(request: FastifyRequest, reply: FastifyReply, { expiresMs }: Identity): void {
    const { followersMax, bufferedBytesMax, heartbeatMs } = this.#options;
    if (this.#followers.size >= followersMax) {
      throw new ProblemError('busy', `${followersMax} followers are the most here`, {
        retryAfterS: 5,
      });
    }
    const nowMs = Date.now();
    const lastId = request.headers['last-event-id'];
    const missed = this.#log.after(typeof lastId === 'string' ? lastId : undefined);
    const first = missed === null ? [this.#snapshotFrame(nowMs)] : missed.map(({ frame }) => frame);
    const stream = openSse(reply, {
      heartbeatMs,
      // The first frames may be large; they are bounded by what the log keeps.
      maxBufferedBytes: bufferedBytesMax + totalBytes(first),
      expiresMs,
      onClose: () => {
        this.#followers.delete(follower);
        if (this.#followers.size === 0) this.#idleSinceMs = Date.now();
      },
    });
    const follower: Follower = { stream, held: new HeldBack(), waitingSinceMs: null };
    this.#followers.add(follower);
    this.#idleSinceMs = null;
    for (const frame of first) if (!stream.sendFrame(frame)) return;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { stream } of this.#followers) stream.close();
  }

  #look(nowMs: number): void {
    const { demo } = this.#options;
    if (this.#isIdle(nowMs)) {
      this.#changes.skip();
      if (!this.#isAsleep) this.#log.breakOff();
      this.#isAsleep = true;
      return;
    }
    this.#isAsleep = false;
    this.#cutStuck(nowMs);
    for (const message of this.#changes.take(this.#around(), demo?.() ?? null, nowMs)) {
      this.#tell(message);
    }
  }

  /** Whoever takes nothing for so long will not come back to life. */
  #cutStuck(nowMs: number): void {
    for (const { stream, waitingSinceMs } of this.#followers) {
      if (waitingSinceMs !== null && nowMs - waitingSinceMs > stuckMs) stream.cut();
    }
  }

  #isIdle(nowMs: number): boolean {
    return this.#idleSinceMs !== null && nowMs - this.#idleSinceMs > lingerMs;
  }

  #tell(message: LiveMessage): void {
    const data = JSON.stringify(message);
    const logged = this.#log.append((number) => ({
      number,
      key: levelKey(message),
      frame: sseFrame(this.#log.idOf(number), message.kind, data),
    }));
    for (const follower of this.#followers) this.#pass(follower, logged);
  }

  #pass(follower: Follower, message: Frame): void {
    const { stream, held } = follower;
    if (follower.waitingSinceMs === null && stream.bufferedBytes() < slowBytes) {
      stream.sendFrame(message.frame);
      return;
    }
    held.add(message);
    if (held.bytes > this.#options.bufferedBytesMax) return stream.cut();
    if (follower.waitingSinceMs !== null) return;
    follower.waitingSinceMs = Date.now();
    stream.onDrained(() => {
      follower.waitingSinceMs = null;
      for (const each of held.takeAll()) if (!stream.sendFrame(each.frame)) return;
    });
  }

  /** Made once for all who come at the same moment. */
  #snapshotFrame(nowMs: number): Buffer {
    const { world, instance, demo } = this.#options;
    const number = this.#log.last;
    const known = this.#snapshot;
    if (known !== null && known.number === number && nowMs - known.atMs < snapshotLifeMs) {
      return known.frame;
    }
    const message = snapshotMessage(world, instance, this.#around(), demo?.() ?? null, nowMs);
    const frame = sseFrame(this.#log.idOf(number), 'snapshot', JSON.stringify(message));
    this.#snapshot = { atMs: nowMs, number, frame };
    return frame;
  }

  #around() {
    const { bus, relayFollowers } = this.#options;
    return { bus: bus(), followers: { live: this.#followers.size, relay: relayFollowers() } };
  }
}

function levelKey(message: LiveMessage): string | null {
  switch (message.kind) {
    case 'group':
      return `group ${message.group.group}`;
    case 'pipeline':
    case 'demo':
      return message.kind;
    case 'incident':
      return `incident ${message.incident.id}`;
    case 'alert':
      return `alert ${message.alert.fingerprint}`;
    case 'silence':
      return `silence ${message.silence.id}`;
    case 'timeline':
    case 'snapshot':
      return null;
  }
}

function totalBytes(frames: readonly Buffer[]): number {
  return frames.reduce((total, { length }) => total + length, 0);
}
