// The shape of what a user may write, and the value of everything left unsaid.

import { namePattern } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import type { AgentConfig, GroupConfig } from './config.ts';
import { relaySchema } from './relay-config.ts';

type Named = 'client' | 'home' | 'domain' | 'bus' | 'groups';

/** Everything with a default that does not depend on where the process runs. */
export const agentDefaults: Omit<AgentConfig, Named> = {
  topicPrefix: 'regionpilot.',
  flushMs: 100,
  calmFlushMs: 1_000,
  stallMs: 500,
  decisions: null,
  decisionStaleMs: 5_000,
  ringBytes: 1_048_576,
  cacheFile: null,
  bootstrap: {},
  readyMs: 2_000,
  localBreaker: true,
  breakerAfterMs: 2_000,
};

export const groupDefaults: Omit<GroupConfig, 'regions'> = {
  whileUndecided: 'hold',
  holdMs: 1_000,
  holdCommands: 10_000,
  holdBytes: 16_777_216,
  holdAfterMs: 200,
  drainMs: 2_000,
  standby: 'warm',
  probe: 'ping',
  probeIntervalMs: 1_000,
};

const whole = (minimum: number, maximum: number) =>
  Type.Optional(Type.Integer({ minimum, maximum }));
const name = Type.String({ pattern: namePattern });
const gigabyte = 1_073_741_824;

const group = Type.Object(
  {
    regions: Type.Array(name, { minItems: 1, maxItems: 16 }),
    whileUndecided: Type.Optional(Type.Enum(['hold', 'detourReads', 'fail'])),
    holdMs: whole(0, 60_000),
    holdCommands: whole(0, 1_000_000),
    holdBytes: whole(0, gigabyte),
    holdAfterMs: whole(20, 60_000),
    drainMs: whole(0, 60_000),
    standby: Type.Optional(Type.Enum(['warm', 'cold'])),
    probe: Type.Optional(Type.Enum(['ping', 'write'])),
    probeIntervalMs: whole(100, 60_000),
  },
  { additionalProperties: false },
);

/** Without `bus`, whose shape depends on its `kind`. */
export const agentInputSchema: TSchema = Type.Object(
  {
    client: Type.Optional(name),
    home: Type.Optional(name),
    domain: Type.Optional(name),
    bus: Type.Optional(Type.Unknown()),
    decisions: Type.Optional(Type.Union([relaySchema, Type.Null()])),
    topicPrefix: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$|^$' })),
    groups: Type.Optional(Type.Record(Type.String(), group)),
    flushMs: whole(20, 10_000),
    calmFlushMs: whole(100, 60_000),
    stallMs: whole(50, 60_000),
    decisionStaleMs: whole(500, 3_600_000),
    ringBytes: whole(16_384, gigabyte),
    cacheFile: Type.Optional(Type.Union([Type.String({ minLength: 1 }), Type.Null()])),
    bootstrap: Type.Optional(
      Type.Object(
        {
          file: Type.Optional(Type.String({ minLength: 1 })),
          http: Type.Optional(Type.String({ pattern: '^https?://' })),
        },
        { additionalProperties: false },
      ),
    ),
    readyMs: whole(0, 60_000),
    localBreaker: Type.Optional(Type.Boolean()),
    breakerAfterMs: whole(100, 3_600_000),
  },
  { additionalProperties: false },
);
