// What is allowed but probably not meant: said once when a config is read, never a reason to refuse
// it. Refusing would leave the old config running for a matter of taste.

import type { AlertingConfig } from '../config.ts';
import type { Route } from '../route.ts';

export type ConfigWarning = { readonly path: string; readonly message: string };

export function configWarnings(config: AlertingConfig): readonly ConfigWarning[] {
  const { receivers, heartbeat, route } = config;
  if (receivers.length === 0) {
    return [{ path: 'receivers', message: 'no receivers: alerts are kept, but nobody is told' }];
  }
  const routed = new Set(nodesOf(route).flatMap((node) => node.receivers));
  return [
    ...unusedWarnings(config, routed),
    ...(heartbeat !== null && routed.has(heartbeat.receiver)
      ? [{ path: 'heartbeat.receiver', message: sharedHeartbeat(heartbeat.receiver) }]
      : []),
    ...(routed.size === 0 ? [{ path: 'route', message: 'no route has a receiver' }] : []),
    ...unsignedWarnings(config),
  ];
}

function unusedWarnings(config: AlertingConfig, routed: ReadonlySet<string>): ConfigWarning[] {
  const beats = [config.heartbeat?.receiver, config.probe?.receiver];
  return config.receivers
    .filter(({ name }) => !routed.has(name) && !beats.includes(name))
    .map(({ name }) => ({
      path: `receivers.${name}`,
      message: 'no route, heartbeat or probe names this receiver',
    }));
}

function unsignedWarnings({ receivers }: AlertingConfig): ConfigWarning[] {
  return receivers
    .filter((receiver) => receiver.kind === 'webhook' && receiver.secretFiles.length === 0)
    .map(({ name }) => ({
      path: `receivers.${name}`,
      message: 'unsigned: without secretFiles the other side cannot tell who posts',
    }));
}

function sharedHeartbeat(name: string): string {
  return `${name} is paged too: who misses us when we fall silent should be somebody else`;
}

function nodesOf(route: Route): readonly Route[] {
  return [route, ...route.routes.flatMap(nodesOf)];
}
