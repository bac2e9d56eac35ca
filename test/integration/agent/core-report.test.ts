import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bus } from '@regionpilot/bus';
import { at, type Batch, connectionStates, eventKinds, PipelineError } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { groups, openLog, startAgent, until } from './core-support.ts';

const eu = { group: 'cache', region: 'eu', target: 'eu:6379' };
const quiet = { waitingSinceMs: (): number => 0 };

function rowsOf(batch: Batch) {
  return Array.from({ length: batch.rows }, (_, row) => ({
    event: eventKinds[at(batch.event, row)],
    state: connectionStates[at(batch.state, row)],
    ok: at(batch.ok, row),
    stalledMs: at(batch.stalledMs, row),
  }));
}

function declared({ dropped }: Pick<Batch, 'dropped'>): number {
  return Object.values(dropped).reduce((sum, rows) => sum + rows, 0);
}

/** A log with a line that can be cut: before the records arrive, or only the answer. */
function cuttable(bus: Bus): {
  readonly bus: Bus;
  readonly line: { cut: 'no' | 'request' | 'answer' };
} {
  const line: { cut: 'no' | 'request' | 'answer' } = { cut: 'no' };
  const publish: Bus['publish'] = async (topic, records) => {
    if (line.cut !== 'request') await bus.publish(topic, records);
    if (line.cut !== 'no') throw new PipelineError('BUS_SEND_FAILED', 'cut', { retriable: true });
  };
  return { bus: { ...bus, publish }, line };
}

describe('what a connection lives through reaches the log', () => {
  test('a change at once, with what was counted until then', async () => {
    const { bus, batches } = await openLog();
    const { agent } = startAgent({ groups, calmFlushMs: 60_000 }, bus);
    const link = agent.connection({ ...eu, probe: quiet });
    link.changed('connecting');
    link.changed('ready');
    link.answered(300);
    await until('told', () => batches().length > 0, 2_000);
    expect(batches().flatMap(rowsOf)).toEqual([
      { event: 'connecting', state: 'connecting', ok: 0, stalledMs: 0 },
      { event: 'ready', state: 'ready', ok: 1, stalledMs: 0 },
    ]);
  });

  test('a stall when it begins, again while it lasts, and its end', async () => {
    const { bus, batches } = await openLog();
    const { agent } = startAgent({ groups, stallMs: 100, calmFlushMs: 60_000 }, bus);
    let since = 0;
    agent.connection({ ...eu, probe: { waitingSinceMs: () => since } }).changed('ready');
    since = performance.now();
    const stalls = (): number[] =>
      batches()
        .flatMap(rowsOf)
        .map(({ stalledMs }) => stalledMs);
    await until('repeated', () => stalls().filter((ms) => ms > 0).length >= 2);
    expect(stalls().find((ms) => ms > 0)).toBeGreaterThanOrEqual(100);
    since = 0;
    await until('over', () => (batches().at(-1)?.rows ?? 1) === 0);
  });

  test('a client without any connection still says that it lives', async () => {
    const { bus, batches } = await openLog();
    startAgent({ groups, calmFlushMs: 100 }, bus);
    await until('three signs of life', () => batches().length >= 3);
    expect(
      batches()
        .map(({ rows, seq }) => [rows, seq])
        .slice(0, 3),
    ).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
  });

  test('a client that ends on purpose says goodbye, once, last', async () => {
    const { bus, batches } = await openLog();
    const { agent } = startAgent({ groups }, bus);
    agent.connection({ ...eu, probe: quiet }).changed('ready');
    await agent.close();
    await until('goodbye', () => batches().at(-1)?.bye === true);
    expect(batches().filter(({ bye }) => bye)).toHaveLength(1);
    expect(rowsOf(batches().at(-1) as Batch)).toMatchObject([{ state: 'ready' }]);
  });

  test('a goodbye is the last word even when much was left to say', async () => {
    const log = await openLog();
    const { bus, line } = cuttable(log.bus);
    line.cut = 'request';
    const { agent } = startAgent({ groups, flushMs: 20, calmFlushMs: 100 }, bus);
    await until('much waits', () => agent.status().reports.waiting >= 20);
    line.cut = 'no';
    await agent.close({ deadlineMs: 10_000 });
    await until('goodbye', () => log.batches().at(-1)?.bye === true);
    expect(log.batches().length).toBeGreaterThan(20);
    expect(log.batches().filter(({ bye }) => bye)).toHaveLength(1);
  });

  test('a connection with a name nobody could read is not counted, and spoils nothing', async () => {
    const { bus } = await openLog();
    const { agent } = startAgent({ groups }, bus);
    agent.connection({ ...eu, region: 'not a name', probe: quiet }).answered(1);
    expect(agent.status().reports.connectionsRefused).toBe(1);
  });
});

describe('while the log is away', () => {
  test('memory is bounded, changes outlive samples, and every loss is declared on return', async () => {
    const log = await openLog();
    const { bus, line } = cuttable(log.bus);
    line.cut = 'request';
    const { agent } = startAgent({ groups, ringBytes: 16_384, flushMs: 20, calmFlushMs: 100 }, bus);
    const link = agent.connection({ ...eu, probe: quiet });
    link.changed('ready');
    const load = setInterval(() => link.failed('timeout'), 5);
    await until('full', () => (agent.status().reports.dropped.ringFull ?? 0) > 10, 30_000);
    clearInterval(load);
    expect(agent.status().reports.bytes).toBeLessThanOrEqual(16_384);
    link.changed('closed', 'reset');
    line.cut = 'no';
    await until('drained', () => agent.status().reports.waiting === 0);
    const arrived = log.batches();
    let received = 0;
    for (const [index, batch] of arrived.entries()) {
      received += batch.rows;
      expect(batch.seq).toBe(index);
      expect(batch.produced).toBe(received + declared(batch));
    }
    const events = arrived.flatMap(rowsOf).map(({ event }) => event);
    expect(events[0]).toBe('ready');
    expect(events).toContain('closed');
    expect(agent.status().reports.failuresInARow).toBe(0);
  });

  test('what may have arrived is sent again under the same number', async () => {
    const log = await openLog();
    const { bus, line } = cuttable(log.bus);
    line.cut = 'answer';
    const { agent } = startAgent({ groups, calmFlushMs: 60_000 }, bus);
    agent.connection({ ...eu, probe: quiet }).changed('ready');
    await until('twice', () => log.batches().length >= 2);
    line.cut = 'no';
    await until('settled', () => agent.status().reports.waiting === 0);
    const ids = log.records('events').map(({ headers }) => headers['ce_id']);
    expect(new Set(ids).size).toBe(1);
    expect(log.batches().map(rowsOf)[1]).toEqual(log.batches().map(rowsOf)[0]);
  });

  test('closing takes no longer than its deadline', async () => {
    const log = await openLog();
    const { bus, line } = cuttable(log.bus);
    line.cut = 'request';
    const { agent, events } = startAgent({ groups }, bus);
    agent.connection({ ...eu, probe: quiet }).changed('ready');
    const beganMs = performance.now();
    await agent.close({ deadlineMs: 150 });
    expect(performance.now() - beganMs).toBeLessThan(1_500);
    expect(events.some(({ kind }) => kind === 'sendFailed')).toBe(true);
  });
});

test('a process whose work is done ends, its open agent notwithstanding', async () => {
  const program = `
    import { createAgent } from '@regionpilot/agent';
    const agent = createAgent({ bus: { kind: 'embedded', file: ':memory:' }, groups: { cache: { regions: ['eu'] } } });
    agent.connection({ group: 'cache', region: 'eu', target: 'x', probe: { waitingSinceMs: () => 0 } }).changed('ready');
    await agent.ready();
    console.log('done');
  `;
  const arguments_ = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { timeout: 30_000 });
  expect(stdout).toBe('done\n');
});
