import {
  createJournal,
  explainLines,
  type JournalLine,
  parsePolicy,
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
