// One span per decision that this client applies: from its place in the log over the new route to the
// first command answered there. It listens to what the agent says anyway, and looks at the counters
// for at most 10 s after a move; between decisions it costs nothing.

import { spanRefIn } from '@regionpilot/protocol';
import { answersIn } from '../answers.ts';
import type { AgentEvent } from '../events.ts';
import type { Span, Tracer } from '../instrument.ts';
import type { Recorder } from '../recorder.ts';
import { remoteParent } from '../remote-parent.ts';
import type { Clock } from './clock.ts';

export type ApplySpansOptions = {
  readonly tracer: Tracer;
  readonly agent: { readonly client: string };
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Runs what may throw, since it calls the host's code. */
  readonly guard: (run: () => void) => void;
};

type Applied = Extract<AgentEvent, { readonly kind: 'decisionApplied' }>;
type Move = { readonly from: string; readonly to: string };

/** How often, and for how long, an answer in the new region is looked for. ms. */
const lookMs = 20;
const patienceMs = 10_000;

export class ApplySpans {
  readonly #options: ApplySpansOptions;
  /** Group → the move its decision brought; told in the same turn as the decision. */
  readonly #moves = new Map<string, Move>();
  readonly #waiting = new Map<string, { readonly span: Span; readonly timer: NodeJS.Timeout }>();

  constructor(options: ApplySpansOptions) {
    this.#options = options;
  }

  readonly hear = (event: AgentEvent): void => {
    if (event.kind === 'routeChanged') {
      this.#moves.set(event.group, event);
    } else if (event.kind === 'decisionApplied' && event.record !== undefined) {
      this.#moves.delete(event.group);
      queueMicrotask(() => this.#options.guard(() => this.#begin(event)));
    }
  };

  close(): void {
    for (const group of this.#waiting.keys()) this.#end(group);
  }

  #begin(applied: Applied): void {
    const { tracer, agent, clock } = this.#options;
    const { group, version, record } = applied;
    const parent = spanRefIn(record?.traceparent);
    if (record === undefined || parent === null) return;
    this.#end(group);
    const move = this.#moves.get(group);
    const nowMs = clock.wallMs();
    const attributes = {
      group,
      client: agent.client,
      ...version,
      ...(move === undefined ? {} : { from: move.from, region: move.to }),
    };
    // The log's clock may run ahead of ours.
    const startTime = Math.min(record.appendedMs, nowMs);
    const context = remoteParent(parent);
    const span = tracer.startSpan('regionpilot.decision.apply', { startTime, attributes }, context);
    span.addEvent('regionpilot.applied', {}, nowMs);
    if (move === undefined) span.end(nowMs);
    else this.#await(group, move.to, span);
  }

  /** Until a command is answered in the new region. */
  #await(group: string, region: string, span: Span): void {
    const { recorder, clock, guard } = this.#options;
    const before = answersIn(recorder, group, region);
    const untilMs = clock.nowMs() + patienceMs;
    const timer = setInterval(() => {
      guard(() => {
        const isAnswered = answersIn(recorder, group, region) > before;
        if (!isAnswered && clock.nowMs() < untilMs) return;
        if (isAnswered) span.addEvent('regionpilot.answered', {}, clock.wallMs());
        this.#end(group);
      });
    }, lookMs).unref();
    this.#waiting.set(group, { span, timer });
  }

  #end(group: string): void {
    const waiting = this.#waiting.get(group);
    if (waiting === undefined) return;
    this.#waiting.delete(group);
    clearInterval(waiting.timer);
    this.#options.guard(() => waiting.span.end(this.#options.clock.wallMs()));
  }
}
