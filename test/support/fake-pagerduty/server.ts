// The fake PagerDuty on a socket: judges each request, lets it take effect (or not, or late), plays
// the scripted faults and keeps a journal.

import { serveLoopback } from '../loopback-server.ts';
import { answerWith, type Fault } from '../scripted-faults.ts';
import type { Limit } from './limiter.ts';
import { type AlertView, type Effect, takeEvent } from './model.ts';
import { type Change, judge, newService, perform } from './service.ts';

export type FakePagerDutyOptions = {
  /** Default: any free port. */
  readonly port?: number;
  /** Default 120 calls in 60,000 ms, sliding, per routing key. */
  readonly limit?: Limit;
  /** Keys of existing integrations. Default: every well-formed one. */
  readonly routingKeys?: readonly string[];
  /** For the limiter and all times. Default `Date.now`. */
  readonly clock?: () => number;
};

export type JournalEntry = {
  readonly atMs: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What it would have been answered without a fault. */
  readonly status: number;
  readonly fault: Fault | null;
  /** When it took effect; null: not yet, or never. */
  readonly effectMs: number | null;
  /** Of an alert event; null for changes and while nothing took effect. */
  readonly effect: Effect | null;
};

export type FakePagerDuty = {
  /** The base URL: `/v2/enqueue` and `/v2/change/enqueue` are below it. */
  readonly url: string;
  readonly port: number;
  /** Faults for the requests to come, one each, in order, after those not yet played. */
  readonly fail: (...faults: readonly Fault[]) => void;
  /** Forgets the faults not yet played. */
  readonly heal: () => void;
  /** Every request, oldest first. */
  readonly journal: () => readonly JournalEntry[];
  readonly alerts: () => readonly AlertView[];
  readonly changes: () => readonly Change[];
  /** Somebody presses a button in PagerDuty. Answers how many alerts of that key it changed. */
  readonly press: (action: 'acknowledge' | 'resolve', dedupKey: string, by: string) => number;
  /** The service behind a routing key is disabled or in maintenance: 202, and nothing opens. */
  readonly silence: (routingKey: string, silent: boolean) => void;
  readonly close: () => Promise<void>;
};

/** Starts it on loopback. Only a real clock makes late effects and slow bodies pass. */
export async function startFakePagerDuty(
  options: FakePagerDutyOptions = {},
): Promise<FakePagerDuty> {
  const clock = options.clock ?? Date.now;
  const { limit, routingKeys } = options;
  const service = newService({ ...(limit && { limit }), ...(routingKeys && { routingKeys }) });
  const faults: Fault[] = [];
  const journal: JournalEntry[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const server = await serveLoopback((request, response, body) => {
    const fault = faults.shift() ?? null;
    const path = request.url ?? '';
    const atMs = clock();
    const { answer, intent } = judge(service, path, body, atMs);
    const asked = { atMs, path, headers: texts(request.headers), body, fault };
    const at = journal.length;
    journal.push({ ...asked, status: answer.status, effectMs: null, effect: null });
    const takeEffect = (): void => {
      if (intent.kind === 'refused') return;
      const effectMs = clock();
      const effect = perform(service, intent, effectMs);
      journal[at] = { ...asked, status: answer.status, effectMs, effect };
    };
    answerWith(fault, request, response, answer, takeEffect, timers);
  }, options);
  const press: FakePagerDuty['press'] = (action, dedupKey, by) => {
    const known = [...service.alerts.values()].filter((alert) => alert.dedupKey === dedupKey);
    const effects = known.map(({ routingKey }) =>
      takeEvent(service.alerts, { action, routingKey, dedupKey }, clock(), by),
    );
    return effects.filter((effect) => effect !== 'dropped').length;
  };
  return {
    url: server.url,
    port: server.port,
    fail: (...more) => faults.push(...more),
    heal: () => faults.splice(0),
    journal: () => [...journal],
    alerts: () => [...service.alerts.values()],
    changes: () => [...service.changes],
    press,
    silence: (routingKey, silent) => {
      if (silent) service.silent.add(routingKey);
      else service.silent.delete(routingKey);
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await server.close();
    },
  };
}

function texts(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]),
  );
}
