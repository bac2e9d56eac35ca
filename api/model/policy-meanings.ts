// What each setting of a policy means, in a sentence for people.

import type { Policy } from '@regionpilot/aggregator';

export const settingMeanings: Readonly<Record<keyof Policy, string>> = {
  tickMs: 'Time between two evaluations and width of a bucket, ms.',
  longWindowMs: 'Window that proves a lasting fault, ms.',
  shortWindowMs: 'Window that catches a total fault quickly, ms.',
  errorRatioDownLong: 'Error ratio of the long window that means down, 0 to 1.',
  errorRatioDownShort: 'Error ratio of the short window that means down, 0 to 1.',
  errorRatioSuspect: 'Error ratio of the long window that means suspect, 0 to 1.',
  stallMs: 'A command unanswered for this long, with no other answer since, is a stall, ms.',
  quorumRatio: "Share of a region's engaged clients that must say down, 0 to 1.",
  quorumClients: 'Fewest clients that must say down.',
  quorumDomains: 'Fewest failure domains among those clients, where there are that many.',
  confirmTicks: 'Ticks in a row a quorum must hold for everybody to leave.',
  confirmTicksHome: 'The same when only clients of one home see the fault.',
  samplesPerClientMax: 'Most samples of one client that count in a pooled window.',
  clientSilentMs: 'A client silent for this long has no vote and is not counted, ms.',
  coverageMin: 'Share of known clients that must report; below it the aggregator is blind.',
  quorumRatioBlind: 'Share of those still reporting that must say down when it is blind.',
  coolDownMs: 'Shortest time between two automatic moves; doubles with each flap, ms.',
  coolDownMaxMs: 'Longest the cool-down grows to, ms.',
  flapBudgetPerDay: 'Automatic failovers in 24 hours; after that a human decides.',
  healthyForMs: 'A region must be clean for this long before clients may return, ms.',
  ramp: 'Shares of clients a returning region admits, in parts of 10,000.',
  rampStepMs: 'Time each step of the ramp must stay clean, ms.',
  regionCapacity: 'Clients a region can carry; a move beyond it is refused.',
  lagMaxRecords: 'Records behind the end above which the aggregator only watches.',
  tiltJumpMs: 'A jump of the clock or a stall of this size is tilt, ms.',
  tiltHoldMs: 'How long to go on only watching after the cause of a tilt is gone, ms.',
  heartbeatMs: 'Time between heartbeats on the decisions topic, ms.',
  automation: 'enforce acts, shadow decides without acting, off only watches.',
};

/** Those that size the folders' windows and the process's own clockwork want a restart. */
const fixed: readonly (keyof Policy)[] = [
  'tickMs',
  'longWindowMs',
  'shortWindowMs',
  'samplesPerClientMax',
  'clientSilentMs',
  'stallMs',
  'tiltJumpMs',
  'heartbeatMs',
];

export const liveSettings: ReadonlySet<string> = new Set(
  Object.keys(settingMeanings).filter((name) => !(fixed as readonly string[]).includes(name)),
);
