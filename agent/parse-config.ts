// A config is right as a whole or it is not used at all. Every mistake is reported at once, also
// those between fields: someone who mends ten mistakes one restart at a time mends them badly.

import type { BusConfig, KafkaConfig } from '@regionpilot/bus';
import { embeddedConfigSchema, kafkaConfigSchema } from '@regionpilot/bus';
import { isName, type Problem, problemsOf, shorten } from '@regionpilot/protocol';
import type { AgentConfig, GroupConfig } from './config.ts';
import { agentDefaults, agentInputSchema, groupDefaults } from './config-schema.ts';
import { relayProblems } from './relay-config.ts';

/** What a user writes: everything with a default may be left out. */
export type AgentConfigInput = Partial<Omit<AgentConfig, 'groups' | 'bus'>> & {
  /** Left out only when a `Bus` is handed in or decisions come from a relay. Kafka's `clientId`
   * defaults to `client`. */
  readonly bus?: BusConfig | (Omit<KafkaConfig, 'clientId'> & { readonly clientId?: string });
  readonly groups?: Readonly<
    Record<string, Pick<GroupConfig, 'regions'> & Partial<Omit<GroupConfig, 'regions'>>>
  >;
};

/** Where the process runs, and whether it needs a bus of its own. */
export type Surroundings = {
  readonly hostname: string;
  readonly pid: number;
  /** True when the host handed a `Bus` in: then `bus` may be left out. */
  readonly busGiven: boolean;
  /** Home when none is given; else the first region of the first group. A reload hands in the
   * running one, so that reordering regions does not look like moving house. */
  readonly home?: string | undefined;
};

export type ParsedConfig =
  | { readonly kind: 'ok'; readonly config: AgentConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Untrusted settings over the defaults, deeply frozen; or every problem, never thrown. */
export function parseAgentConfig(input: unknown, around: Surroundings): ParsedConfig {
  const shape = problemsOf(agentInputSchema, withoutUndefined(input));
  const raw = asRecord(input);
  const client = isName(raw['client']) ? raw['client'] : defaultClient(around);
  const bus = parseBus(raw['bus'], client, around.busGiven, raw['decisions'] != null);
  const config = withDefaults(raw, client, bus.config, around);
  const faulty = new Set(shape.map(({ path }) => path));
  const problems = [
    ...shape,
    ...nameProblems(raw),
    ...bus.problems,
    ...relationProblems(config, faulty),
    ...decisionsProblems(config, faulty),
  ];
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'ok', config: deepFreeze(structuredClone(config)) };
}

/** Fields a running agent cannot change; a reload that tries is rejected as a whole. */
const fixedFields = ['client', 'home', 'domain', 'bus', 'decisions', 'topicPrefix'] as const;

export function reloadProblems(running: AgentConfig, wanted: AgentConfig): readonly Problem[] {
  return fixedFields
    .filter((field) => JSON.stringify(running[field]) !== JSON.stringify(wanted[field]))
    .map((field) => ({
      path: field,
      value: shorten(wanted[field]),
      expected: `${shorten(running[field])} until the process restarts`,
    }));
}

function withDefaults(
  raw: Record<string, unknown>,
  client: string,
  bus: BusConfig | null,
  around: Surroundings,
): AgentConfig {
  const groups = Object.fromEntries(
    Object.entries(asRecord(raw['groups'])).map(([group, settings]) => [
      group,
      { ...groupDefaults, regions: [], ...asRecord(settings) } as GroupConfig,
    ]),
  );
  const domain = nameFrom(around.hostname);
  return {
    ...agentDefaults,
    home: around.home ?? homeOf(groups),
    domain,
    ...raw,
    client,
    bus,
    groups,
  };
}

function homeOf(groups: Readonly<Record<string, GroupConfig>>): string {
  const first: unknown = Object.values(groups)[0]?.regions[0];
  return typeof first === 'string' ? first : 'default';
}

function defaultClient({ hostname, pid }: Surroundings): string {
  return `${nameFrom(hostname)}/${pid}`;
}

/** A hostname as a name: what a name may not contain becomes a dash. */
function nameFrom(hostname: string): string {
  const tame = hostname
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
  return tame === '' ? 'host' : tame;
}

type ParsedBus = { readonly config: BusConfig | null; readonly problems: readonly Problem[] };

const noBus: BusConfig = { kind: 'embedded', file: ':memory:' };

function parseBus(raw: unknown, client: string, given: boolean, relayed: boolean): ParsedBus {
  if (raw === undefined && given) return { config: noBus, problems: [] };
  if (raw == null && relayed) return { config: null, problems: [] };
  const bus = asRecord(raw);
  switch (bus['kind']) {
    case 'kafka': {
      const kafka = { clientId: client, ...bus };
      return busOf(kafka, kafkaConfigSchema);
    }
    case 'embedded':
      return busOf(bus, embeddedConfigSchema);
    default: {
      const problem = {
        path: 'bus.kind',
        value: shorten(bus['kind']),
        expected: 'kafka or embedded',
      };
      return { config: noBus, problems: [problem] };
    }
  }
}

function busOf(bus: Record<string, unknown>, schema: typeof kafkaConfigSchema): ParsedBus {
  const problems = problemsOf(schema, bus).map((problem) => ({
    ...problem,
    path: problem.path === '' ? 'bus' : `bus.${problem.path}`,
  }));
  return { config: bus as BusConfig, problems };
}

function decisionsProblems(
  { decisions }: AgentConfig,
  faulty: ReadonlySet<string>,
): readonly Problem[] {
  const misfit = [...faulty].some((path) => path.startsWith('decisions'));
  return decisions === null || misfit ? [] : relayProblems(decisions);
}

function nameProblems(raw: Record<string, unknown>): readonly Problem[] {
  return Object.keys(asRecord(raw['groups']))
    .filter((group) => !isName(group))
    .map((group) => ({
      path: `groups.${group}`,
      value: shorten(group),
      expected: 'a name: a letter or digit, then letters, digits and ._:/@-, at most 128',
    }));
}

type Relation = {
  readonly holds: boolean;
  readonly path: string;
  readonly with: string;
  readonly value: unknown;
  readonly expected: string;
};

// A relation between fields is judged only where both fields are right by themselves.
function relationProblems(config: AgentConfig, faulty: ReadonlySet<string>): readonly Problem[] {
  return [...agentRelations(config), ...groupRelations(config)]
    .filter(({ holds, path, with: other }) => !holds && !faulty.has(path) && !faulty.has(other))
    .map(({ path, value, expected }) => ({ path, value: shorten(value), expected }));
}

function agentRelations(config: AgentConfig): readonly Relation[] {
  const { flushMs, calmFlushMs, stallMs, breakerAfterMs } = config;
  return [
    {
      holds: calmFlushMs >= flushMs,
      path: 'calmFlushMs',
      with: 'flushMs',
      value: calmFlushMs,
      expected: `at least flushMs (${flushMs})`,
    },
    {
      holds: breakerAfterMs >= stallMs,
      path: 'breakerAfterMs',
      with: 'stallMs',
      value: breakerAfterMs,
      expected: `at least stallMs (${stallMs}): a blip must not move a client`,
    },
  ];
}

function groupRelations(config: AgentConfig): readonly Relation[] {
  return Object.entries(config.groups).flatMap(([group, { regions, holdAfterMs }]) => {
    const list: readonly unknown[] = Array.isArray(regions) ? regions : [];
    return [
      {
        holds: new Set(list).size === list.length,
        path: `groups.${group}.regions`,
        with: '',
        value: regions,
        expected: 'each region once',
      },
      {
        holds: holdAfterMs <= config.stallMs,
        path: `groups.${group}.holdAfterMs`,
        with: 'stallMs',
        value: holdAfterMs,
        expected: `at most stallMs (${config.stallMs}): later, commands are sent into a stall`,
      },
    ];
  });
}

/** The fields that were given a value; nothing when it is no record at all. */
function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
    : {};
}

/** `{ flushMs: undefined }` means the default, as it does everywhere in JavaScript. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(asRecord(value)).map(([field, inner]) => [field, withoutUndefined(inner)]),
  );
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
