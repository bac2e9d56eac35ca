// A Cluster is many connections that come and go. Each node is watched like a standalone client,
// and the Cluster itself is one connection more: when the last node dies its connection is removed,
// and without the whole there would be nothing left to say that the region cannot be reached.

import type { Cluster, Redis } from 'ioredis';
import { classify } from '../classify.ts';
import { isLeaving, targetOf } from './internals.ts';
import type { Observation, ObserveOptions, Observer } from './observe.ts';
import type { TapListener } from './tap.ts';
import { silentListener } from './tap.ts';

/** Called for each node, so that RegionalRedis can follow what a node held when it closed. */
export type NodeListener = (node: Redis) => TapListener;

export type ObserveNode = (
  agent: Observer,
  node: Redis,
  options: ObserveOptions,
  listener: TapListener,
) => Observation;

export function observeCluster(
  agent: Observer,
  cluster: Cluster,
  options: ObserveOptions,
  observeNode: ObserveNode,
  listen: NodeListener = () => silentListener,
): Observation {
  const nodes = new Map<string, { readonly node: Redis; readonly observation: Observation }>();
  const add = (node: Redis): void => {
    const target = targetOf(node);
    nodes.get(target)?.observation.stop();
    nodes.set(target, { node, observation: observeNode(agent, node, options, listen(node)) });
  };
  // A node that died stays in view as failed until the Cluster knows its nodes again.
  const forget = (): void => {
    for (const [target, { node, observation }] of nodes) {
      if (node.status !== 'end') continue;
      observation.stop();
      nodes.delete(target);
    }
  };
  const all = (): readonly Observation[] => [...nodes.values()].map((known) => known.observation);
  const whole = observeWhole(agent, cluster, options, () => waitingSince(all()));
  for (const node of cluster.nodes()) add(node);
  cluster.on('+node', add);
  cluster.on('refresh', forget);
  return {
    kind: all().every(({ kind }) => kind === 'full') ? 'full' : 'eventsOnly',
    missing: [...new Set(all().flatMap(({ missing }) => missing))],
    waitingSinceMs: () => waitingSince(all()),
    lastAnswerMs: () => lastAnswer(all()),
    stop: () => {
      cluster.off('+node', add);
      cluster.off('refresh', forget);
      for (const { observation } of nodes.values()) observation.stop();
      whole();
    },
  };
}

function lastAnswer(observations: readonly Observation[]): number {
  return Math.max(0, ...observations.map(({ lastAnswerMs }) => lastAnswerMs()));
}

/** The Cluster waits only if no node has answered since the oldest command was sent. */
function waitingSince(observations: readonly Observation[]): number {
  const waiting = observations.map(({ waitingSinceMs }) => waitingSinceMs()).filter((ms) => ms > 0);
  return waiting.length === 0 ? 0 : Math.max(Math.min(...waiting), lastAnswer(observations));
}

function observeWhole(
  agent: Observer,
  cluster: Cluster,
  { group, region }: ObserveOptions,
  waitingSinceMs: () => number,
): () => void {
  const probe = { waitingSinceMs };
  const handle = agent.connection({ group, region, target: 'cluster', probe });
  const listeners: Readonly<Record<string, (error?: unknown) => void>> = {
    connecting: () => handle.changed('connecting'),
    ready: () => handle.changed('ready'),
    close: () => handle.changed('closed', 'closed'),
    reconnecting: () => handle.changed('reconnecting'),
    end: () => (isLeaving(cluster) ? handle.close() : handle.changed('failed', 'closed')),
    'node error': (error) => handle.failed(classify(error)),
  };
  for (const [event, heard] of Object.entries(listeners)) cluster.on(event, heard);
  if (cluster.status === 'ready') handle.changed('ready');
  return () => {
    for (const [event, heard] of Object.entries(listeners)) cluster.off(event, heard);
    handle.close();
  };
}
