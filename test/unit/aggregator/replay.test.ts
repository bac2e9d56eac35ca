import {
  createJournal,
  explainLines,
  type JournalLine,
  parsePolicy,
  policyDefaults,
  replayDecision,
  replayJournal,
} from '@regionpilot/aggregator';
import type { IncidentRecord } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import type { GroupInput } from '../../../aggregator/decide/group.ts';
import { type Fleet, Owner } from '../../support/owner.ts';

const calm: Fleet = { eu: { clients: 40, sees: { eu: { ok: 400 }, us: { ok: 40 } } } };
const euDead: Fleet = { eu: { clients: 40, sees: { eu: { down: 38 }, us: { ok: 40 } } } };

/** An owner whose every input goes into a journal, as the shell would write it. */
class RecordedOwner extends Owner {
  readonly lines: JournalLine[] = [];
  readonly #journal = createJournal((line) => this.lines.push(JSON.parse(line) as JournalLine));
  #begun = false;

  override input(input: GroupInput) {
    if (!this.#begun) {
      this.#journal.begin({ instance: 'aggregator-1', policy: this.policy, groups: {} });
      this.#journal.open('payments');
      this.#begun = true;
    }
    this.#journal.input('payments', input);
    const published = super.input(input);
    for (const decision of published) this.#journal.decision(decision);
    return published;
  }
}

function outage(): RecordedOwner {
  const owner = new RecordedOwner();
  owner.settled(calm);
  owner.hearsFor(10_000, 20_000, euDead);
  return owner;
}

describe('replay', () => {
  test('the same recording decides the same, byte for byte', () => {
    const report = replayJournal(outage().lines);
    expect(report.recorded.map(({ reason }) => reason)).toEqual(['initial', 'regionDown']);
    expect(report.difference).toBeNull();
  });

  test('a recording that was tampered with is found out', () => {
    const { lines } = outage();
    const forged = lines.map((line) =>
      line.kind === 'decision'
        ? { ...line, decision: { ...line.decision, text: 'nothing' } }
        : line,
    );
    expect(replayJournal(forged).difference).toMatchObject({ index: 0 });
  });

  test('another policy shows what it would have decided', () => {
    const calmer = parsePolicy({ quorumRatio: 1 });
    const report = replayJournal(outage().lines, calmer);
    expect(report.replayed.map(({ reason }) => reason)).toEqual(['initial']);
    expect(report.difference).toMatchObject({ index: 1, replayed: 'nothing' });
  });

  test('one decision can be made again from what was recorded beside it', () => {
    const event = outage().events.find(({ kind }) => kind === 'decided');
    const record = JSON.parse(JSON.stringify({ event })) as IncidentRecord;
    expect(replayDecision(record)).toMatchObject({ inputs: 1, difference: null });
  });
});

describe('explain', () => {
  test('tells what was seen, what was decided, and what was not', () => {
    const owner = outage();
    const records = owner.events.map(
      (event): IncidentRecord => ({
        v: 1,
        group: 'payments',
        incident: null,
        atMs: 1_000,
        owner: 'aggregator-1',
        term: 1,
        event,
      }),
    );
    const text = explainLines(records).join('\n');
    expect(text).toContain(
      'eu went from healthy to suspect: 38 of 40 engaged clients say down (10 wanted',
    );
    expect(text).toContain(
      'decided (regionDown, epoch 2): eu is down for all clients, moving to us',
    );
    expect(text).toContain('not eu: it is down');
  });
});

test('every default of the policy is deliberate', () => {
  expect(policyDefaults).toEqual({
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
  });
});
