// What each number of a policy is, for people: meaning, unit, range and default, and whether it may
// change while running. Ranges and defaults are read off the schema and the defaults, so this page
// cannot say otherwise; only the sentences are written here.

import { type Policy, policyDefaults, policySchema } from './policy.ts';

export type PolicySetting = {
  readonly name: keyof Policy;
  readonly default: Policy[keyof Policy];
  /** `ms`, `ratio`, `clients`, `ticks`, …; empty for what is not a number. */
  readonly unit: string;
  /** `100..60000`, or the words allowed. */
  readonly range: string;
  readonly meaning: string;
  /** An order may change it while running; otherwise it takes the config file and a restart. */
  readonly live: boolean;
};

/** One folder serves all groups of its partition, so what it counts by cannot differ by group. */
export const foldingSettings: readonly (keyof Policy)[] = [
  'tickMs',
  'longWindowMs',
  'shortWindowMs',
  'stallMs',
  'errorRatioDownLong',
  'errorRatioDownShort',
  'errorRatioSuspect',
  'samplesPerClientMax',
  'clientSilentMs',
];

/** Timers of the whole process, which no group has to itself. */
const processSettings: readonly (keyof Policy)[] = ['tiltJumpMs', 'heartbeatMs'];

const fixed: ReadonlySet<string> = new Set<string>([...foldingSettings, ...processSettings]);

export function isLiveSetting(name: string): boolean {
  return Object.hasOwn(policyDefaults, name) && !fixed.has(name);
}

const units: Readonly<Record<keyof Policy, readonly [unit: string, meaning: string]>> = {
  tickMs: ['ms', 'time between two evaluations, and width of a bucket'],
  longWindowMs: ['ms', 'window that proves a lasting fault; a multiple of tickMs'],
  shortWindowMs: ['ms', 'window that catches a total fault quickly; a multiple of tickMs'],
  errorRatioDownLong: ['ratio', 'error ratio of the long window that means down'],
  errorRatioDownShort: ['ratio', 'error ratio of the short window that means down'],
  errorRatioSuspect: ['ratio', 'error ratio of the long window that means suspect'],
  stallMs: ['ms', 'a command unanswered for this long, with no other answer since, is a stall'],
  quorumRatio: ['ratio', "share of a region's engaged clients that must say down"],
  quorumClients: ['clients', 'fewest clients that must say down'],
  quorumDomains: ['domains', 'fewest failure domains among them, where there are that many'],
  confirmTicks: ['ticks', 'ticks in a row a quorum must hold for everybody to leave'],
  confirmTicksHome: ['ticks', 'the same when only clients of one home see the fault'],
  samplesPerClientMax: ['samples', 'most samples of one client that count in a pooled window'],
  clientSilentMs: ['ms', 'a client that reported nothing for this long has no vote'],
  coverageMin: ['ratio', 'share of known clients that must report; below it nobody can judge'],
  quorumRatioBlind: ['ratio', 'share of those still reporting that must say down when few report'],
  coolDownMs: ['ms', 'shortest time between two automatic moves; doubles with each flap'],
  coolDownMaxMs: ['ms', 'where that doubling ends'],
  flapBudgetPerDay: ['failovers', 'automatic failovers in 24 hours; after that a human decides'],
  healthyForMs: ['ms', 'a region must be clean for this long before clients may return'],
  ramp: ['parts of 10,000', 'shares of clients a returning region admits, step by step'],
  rampStepMs: ['ms', 'time each step must stay clean'],
  regionCapacity: ['clients', 'clients a region can carry, by region; absent: no bound'],
  lagMaxRecords: ['records', 'records behind the end above which the aggregator only watches'],
  tiltJumpMs: ['ms', 'a jump of the clock or a stall of the process of this size is tilt'],
  tiltHoldMs: ['ms', 'how long to go on only watching after the cause of a tilt is gone'],
  heartbeatMs: ['ms', 'time between heartbeats on the decisions topic'],
  automation: ['', 'enforce acts, shadow decides without acting, off only watches'],
};

type Shape = {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly items?: Shape;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
};

/** All settings, in the order of `Policy`. */
export const policySettings: readonly PolicySetting[] = (
  Object.keys(policyDefaults) as (keyof Policy)[]
).map((name) => {
  const [unit, meaning] = units[name];
  const { properties } = policySchema as unknown as { properties: Record<string, Shape> };
  const range = rangeOf(properties[name] ?? {});
  return { name, default: policyDefaults[name], unit, range, meaning, live: isLiveSetting(name) };
});

function rangeOf({ minimum, maximum, enum: words, items, patternProperties }: Shape): string {
  if (words !== undefined) return words.join(' | ');
  if (items !== undefined) return `list of ${rangeOf(items)}`;
  const [values] = Object.values(patternProperties ?? {});
  return values === undefined ? `${minimum}..${maximum}` : `${rangeOf(values)} per region`;
}
