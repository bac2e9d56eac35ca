// The part of the configuration that decides who is told when, made ready: matchers are compiled and
// the tree is walked once per config, not once per alert.

import type { AlertingConfig } from '../config.ts';
import type { Receiver } from '../receiver.ts';
import type { Rhythm } from '../route.ts';
import { compileMatchers, type LabelTest } from './matchers.ts';
import { compileRoute, type RouteNode } from './routing.ts';

export type NotifyConfig = Pick<
  AlertingConfig,
  'deployment' | 'route' | 'inhibit' | 'receivers' | 'heartbeat' | 'probe' | 'startDelayMs'
>;

export type PreparedInhibit = {
  readonly source: LabelTest;
  readonly target: LabelTest;
  readonly equal: readonly string[];
};

export type Prepared = {
  readonly config: NotifyConfig;
  readonly root: RouteNode;
  readonly inhibit: readonly PreparedInhibit[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  /** The rhythm of a route for a receiver that has its own idea of one; see `rhythmFor`. */
  readonly resending: ReadonlyMap<RouteNode, Rhythm>;
};

/** An Alertmanager forgets what it is not told again; its own default is 5 minutes. */
export const resendMs = 60_000;

/** @throws what RE2 says of a pattern it refuses: validate the config first. */
export function prepare(config: NotifyConfig): Prepared {
  const root = compileRoute(config.route);
  return {
    config,
    root,
    inhibit: config.inhibit.map((rule) => ({
      source: compileMatchers(rule.source),
      target: compileMatchers(rule.target),
      equal: rule.equal,
    })),
    receivers: new Map(config.receivers.map((receiver) => [receiver.name, receiver])),
    resending: new Map(nodesOf(root).map((node) => [node, resendingOf(node.rhythm)])),
  };
}

/**
 * An Alertmanager does its own grouping and waiting: it gets each alert by itself, at once, and again
 * at least every minute while it fires. By itself, because a group's notice is cut at 100 alerts, and
 * what is cut would never arrive there.
 */
export function wantsEveryAlert(prepared: Prepared, receiver: string): boolean {
  return prepared.receivers.get(receiver)?.kind === 'alertmanager';
}

export function rhythmFor(prepared: Prepared, node: RouteNode, receiver: string): Rhythm {
  const resending = wantsEveryAlert(prepared, receiver) ? prepared.resending.get(node) : undefined;
  return resending ?? node.rhythm;
}

function resendingOf(rhythm: Rhythm): Rhythm {
  const repeatMs = rhythm.repeatIntervalMs === 0 ? resendMs : rhythm.repeatIntervalMs;
  return { ...rhythm, groupWaitMs: 0, repeatIntervalMs: Math.min(repeatMs, resendMs) };
}

function nodesOf(node: RouteNode): readonly RouteNode[] {
  return [node, ...node.routes.flatMap(nodesOf)];
}
