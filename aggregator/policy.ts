// Every number a judgement rests on, in one place, with its unit, range and default. A policy is
// plain data: recorded beside each decision, changed by an operator, replayed against history.

import { formatProblems, PipelineError, type Problem, problemsOf } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';

export type Policy = {
  /** Time between two evaluations and width of a bucket, ms, 20–1,000. Default 100. */
  readonly tickMs: number;
  /** Window that proves a lasting fault, ms, 500–60,000. Default 2,000. Multiple of `tickMs`. */
  readonly longWindowMs: number;
  /** Window that catches a total fault quickly, ms, 100–10,000. Default 500. Multiple of `tickMs`. */
  readonly shortWindowMs: number;
  /** Error ratio of the long window that means down, 0..1. Default 0.5. */
  readonly errorRatioDownLong: number;
  /** Error ratio of the short window that means down, 0..1. Default 0.9. */
  readonly errorRatioDownShort: number;
  /** Error ratio of the long window that means suspect, 0..1. Default 0.1. */
  readonly errorRatioSuspect: number;
  /** A command unanswered for this long, with no other answer since, is a stall. ms, 50–60,000.
   * Default 500. A blip shorter than this moves nobody. */
  readonly stallMs: number;
  /** Share of a region's engaged clients that must say down, 0..1. Default 0.25. */
  readonly quorumRatio: number;
  /** Fewest clients that must say down, 1–1,000. Default 2. */
  readonly quorumClients: number;
  /** Fewest failure domains among them, where the region's clients live in that many. Default 2. */
  readonly quorumDomains: number;
  /** Ticks in a row a quorum must hold for everybody to leave. 1–100. Default 2. */
  readonly confirmTicks: number;
  /** The same when only clients of one home see the fault: longer, so that a region that dies for
   * all is left by all in one decision. 1–100. Default 5. */
  readonly confirmTicksHome: number;
  /** Most samples of one client that count in a pooled window. 1–10,000. Default 20. */
  readonly samplesPerClientMax: number;
  /** A client that reported nothing for this long has no vote and is not counted. ms. Default 3,000. */
  readonly clientSilentMs: number;
  /** Share of recently known clients that must be reporting; below it the aggregator is blind. Default 0.5. */
  readonly coverageMin: number;
  /** Among the clients that still report when coverage is low, the share that must say down. Default 0.9. */
  readonly quorumRatioBlind: number;
  /** Shortest time between two automatic moves of a group. Doubles with each flap, to
   * `coolDownMaxMs`. ms, 1,000–3,600,000. Default 60,000. */
  readonly coolDownMs: number;
  /** Default 1,800,000 (30 minutes). */
  readonly coolDownMaxMs: number;
  /** Automatic failovers of a group in 24 hours; after that a human decides. 1–1,000. Default 6. */
  readonly flapBudgetPerDay: number;
  /** A region must be clean for this long before clients may return. ms. Default 60,000. */
  readonly healthyForMs: number;
  /** Shares of clients a returning region admits, in parts of 10,000, ascending, ending at 10,000.
   * Default 100, 1,000, 5,000, 10,000 (1, 10, 50, 100 %). */
  readonly ramp: readonly number[];
  /** Time each step must stay clean. ms. Default 60,000. */
  readonly rampStepMs: number;
  /** Clients a region can carry; a move that would exceed it is refused. Absent: no bound. */
  readonly regionCapacity: Readonly<Record<string, number>>;
  /** Records behind the end above which the aggregator only watches. Default 50,000. */
  readonly lagMaxRecords: number;
  /** A jump of the clock or a stall of the event loop of this size is tilt. ms. Default 2,000. */
  readonly tiltJumpMs: number;
  /** How long to go on only watching after the cause of a tilt is gone. ms. Default 5,000. */
  readonly tiltHoldMs: number;
  /** Time between heartbeats on the decisions topic. ms, 100–60,000. Default 1,000. */
  readonly heartbeatMs: number;
  /** `enforce` acts, `shadow` decides without acting, `off` only watches. Default `enforce`. */
  readonly automation: 'enforce' | 'shadow' | 'off';
};

export const policyDefaults: Policy = {
  tickMs: 100,
  longWindowMs: 2_000,
  shortWindowMs: 500,
  errorRatioDownLong: 0.5,
  errorRatioDownShort: 0.9,
  errorRatioSuspect: 0.1,
  stallMs: 500,
  quorumRatio: 0.25,
  quorumClients: 2,
  quorumDomains: 2,
  confirmTicks: 2,
  confirmTicksHome: 5,
  samplesPerClientMax: 20,
  clientSilentMs: 3_000,
  coverageMin: 0.5,
  quorumRatioBlind: 0.9,
  coolDownMs: 60_000,
  coolDownMaxMs: 1_800_000,
  flapBudgetPerDay: 6,
  healthyForMs: 60_000,
  ramp: [100, 1_000, 5_000, 10_000],
  rampStepMs: 60_000,
  regionCapacity: {},
  lagMaxRecords: 50_000,
  tiltJumpMs: 2_000,
  tiltHoldMs: 5_000,
  heartbeatMs: 1_000,
  automation: 'enforce',
};

const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const ratio = Type.Number({ minimum: 0, maximum: 1 });
const day = 86_400_000;

/** What a policy may say, each setting with its range. */
export const policySchema: TSchema = Type.Partial(
  Type.Object({
    tickMs: integer(20, 1_000),
    longWindowMs: integer(500, 60_000),
    shortWindowMs: integer(100, 10_000),
    errorRatioDownLong: ratio,
    errorRatioDownShort: ratio,
    errorRatioSuspect: ratio,
    stallMs: integer(50, 60_000),
    quorumRatio: ratio,
    quorumClients: integer(1, 1_000),
    quorumDomains: integer(1, 16),
    confirmTicks: integer(1, 100),
    confirmTicksHome: integer(1, 100),
    samplesPerClientMax: integer(1, 10_000),
    clientSilentMs: integer(500, 600_000),
    coverageMin: ratio,
    quorumRatioBlind: ratio,
    coolDownMs: integer(1_000, 3_600_000),
    coolDownMaxMs: integer(1_000, day),
    flapBudgetPerDay: integer(1, 1_000),
    healthyForMs: integer(1_000, day),
    ramp: Type.Array(integer(1, 10_000), { minItems: 1, maxItems: 20 }),
    rampStepMs: integer(100, day),
    regionCapacity: Type.Record(Type.String(), integer(0, 1_000_000_000)),
    lagMaxRecords: integer(1, 1_000_000_000),
    tiltJumpMs: integer(200, 60_000),
    tiltHoldMs: integer(0, 600_000),
    heartbeatMs: integer(100, 60_000),
    automation: Type.Enum(['enforce', 'shadow', 'off']),
  }),
  { additionalProperties: false },
);

/**
 * Untrusted settings over the defaults.
 * @throws {PipelineError} CONFIG_INVALID, naming every problem at once.
 */
export function parsePolicy(input: unknown): Policy {
  const checked = checkPolicy(input);
  if (checked.kind === 'ok') return checked.policy;
  const { problems } = checked;
  throw new PipelineError('CONFIG_INVALID', `Policy: ${formatProblems(problems)}`, {
    problems,
    retriable: false,
  });
}

export type CheckedPolicy =
  | { readonly kind: 'ok'; readonly policy: Policy }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** The same without an exception, for settings that may come while running. */
export function checkPolicy(input: unknown): CheckedPolicy {
  const misfits = problemsOf(policySchema, input);
  const policy = { ...policyDefaults, ...(input as Partial<Policy>) };
  const problems = misfits.length > 0 ? misfits : relationProblems(policy);
  return problems.length === 0 ? { kind: 'ok', policy } : { kind: 'invalid', problems };
}

function relationProblems(policy: Policy): readonly Problem[] {
  const { tickMs, ramp } = policy;
  const rows: readonly (readonly [boolean, string, unknown, string])[] = [
    [
      policy.longWindowMs % tickMs === 0,
      'longWindowMs',
      policy.longWindowMs,
      `a multiple of tickMs (${tickMs})`,
    ],
    [
      policy.shortWindowMs % tickMs === 0,
      'shortWindowMs',
      policy.shortWindowMs,
      `a multiple of tickMs (${tickMs})`,
    ],
    [
      policy.shortWindowMs <= policy.longWindowMs,
      'shortWindowMs',
      policy.shortWindowMs,
      'at most longWindowMs',
    ],
    [
      policy.errorRatioSuspect <= policy.errorRatioDownLong,
      'errorRatioSuspect',
      policy.errorRatioSuspect,
      'at most errorRatioDownLong',
    ],
    [
      policy.coolDownMs >= policy.longWindowMs,
      'coolDownMs',
      policy.coolDownMs,
      'at least longWindowMs',
    ],
    [
      policy.coolDownMaxMs >= policy.coolDownMs,
      'coolDownMaxMs',
      policy.coolDownMaxMs,
      'at least coolDownMs',
    ],
    [
      policy.confirmTicksHome >= policy.confirmTicks,
      'confirmTicksHome',
      policy.confirmTicksHome,
      'at least confirmTicks',
    ],
    [
      policy.clientSilentMs > policy.longWindowMs,
      'clientSilentMs',
      policy.clientSilentMs,
      'more than longWindowMs',
    ],
    [
      ramp.every((share, i) => i === 0 || share > (ramp[i - 1] as number)),
      'ramp',
      ramp,
      'ascending shares',
    ],
    [ramp.at(-1) === 10_000, 'ramp', ramp, 'shares that end at 10000'],
  ];
  return rows
    .filter(([holds]) => !holds)
    .map(([, path, value, expected]) => ({ path, value: JSON.stringify(value), expected }));
}
