// The streams as entries: what the server opens and the reference describes.

import { relayPath } from '@regionpilot/protocol';
import type { TSchema } from 'typebox';
import type { RouteScope } from '../route.ts';

export type StreamEntry = {
  readonly path: string;
  readonly scope: RouteScope;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly query?: TSchema;
};

export const liveEntry: StreamEntry = {
  path: '/api/v1/live',
  scope: 'viewer',
  tag: 'live',
  summary: 'What is, then what changes',
  description:
    'One `snapshot`, then what changes; `Last-Event-ID` goes on where the stream broke, or begins anew.',
};

export const relayEntry: StreamEntry = {
  path: relayPath,
  scope: 'relay',
  tag: 'decisions',
  summary: 'The decision log, record by record, for clients that cannot reach Kafka',
  description:
    'Events: `present` (newest record of each key, or what was missed since Last-Event-ID), then ' +
    '`caughtUp`, then `record` as the log takes them in. Data: partition, offset, appendedMs, key, ' +
    'headers, value (text) or base64, and a reserved signature. Ids go on at any relay of the log.',
};

export const streamEntries: readonly StreamEntry[] = [liveEntry, relayEntry];
