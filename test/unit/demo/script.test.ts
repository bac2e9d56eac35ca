import { describe, expect, test } from 'vitest';
import {
  isOver,
  type Script,
  type Sight,
  startScript,
  stepScript,
  watched,
} from '../../../demo/script.ts';

type Scene = {
  readonly users?: Record<string, number>;
  readonly settled?: boolean;
  readonly openPages?: number;
};

function sight(nowMs: number, { users = {}, settled = true, openPages = 0 }: Scene = {}): Sight {
  return {
    nowMs,
    settled,
    unsettled: settled ? '' : 'eu is down',
    homeOf: () => 67,
    usersOf: (region) => users[region] ?? 67,
    openPages,
  };
}

/** Plays scenes one after another; answers every order given. */
function playScenes(script: Script, scenes: readonly Sight[]) {
  const orders: unknown[] = [];
  let now = script;
  for (const scene of scenes) {
    const [next, more] = stepScript(now, scene);
    now = next;
    orders.push(...more);
  }
  return { script: now, orders };
}

const gone = { users: { eu: 0 } };

describe('the scripted outage', () => {
  test('breaks a calm region, heals it once it is empty, and ends when all are back', () => {
    const { script, orders } = playScenes(startScript('frozen', ['eu'], watched, 0), [
      sight(100),
      sight(2_500),
      sight(2_600),
      sight(3_000, gone),
      sight(6_900, gone),
      sight(7_000, gone),
      sight(12_000, { users: { eu: 30 } }),
      sight(15_000),
    ]);
    expect(orders).toEqual([
      { kind: 'break', region: 'eu', fault: 'frozen' },
      { kind: 'heal', region: 'eu' },
    ]);
    expect(script.phase).toEqual({ kind: 'done' });
  });

  test('ends only when the last page is resolved', () => {
    const told = { openPages: 2 };
    const waiting = playScenes(startScript('frozen', ['eu'], watched, 0), [
      sight(100),
      sight(2_600),
      sight(3_000, { ...gone, ...told }),
      sight(7_000, { ...gone, ...told }),
      sight(15_000, told),
      sight(18_000, told),
    ]).script;
    expect(waiting.phase).toEqual({ kind: 'closing', sinceMs: 15_000 });
    expect(stepScript(waiting, sight(19_000))[0].phase).toEqual({ kind: 'done' });
    expect(stepScript(waiting, sight(30_000, told))[0].phase).toEqual({
      kind: 'gaveUp',
      why: '2 pages are still open after 15 s',
    });
  });

  test('goes on to the next region only when all is well again', () => {
    const first = playScenes(startScript('refused', ['eu', 'us'], watched, 0), [
      sight(100),
      sight(2_600),
      sight(3_000, gone),
      sight(7_000, gone),
      sight(15_000, { settled: false }),
    ]).script;
    expect(first).toMatchObject({ regions: ['us'], phase: { kind: 'settling' } });
    const waiting = playScenes(first, [sight(20_000, { settled: false })]);
    expect(waiting.orders).toEqual([]);
    const next = playScenes(first, [sight(20_000), sight(22_500)]);
    expect(next.orders).toEqual([{ kind: 'break', region: 'us', fault: 'refused' }]);
  });

  test('breaks nothing while something is still wrong', () => {
    const { script, orders } = playScenes(startScript('refused', ['eu'], watched, 0), [
      sight(100),
      sight(1_000, { settled: false }),
      sight(4_000, { settled: false }),
    ]);
    expect(orders).toEqual([]);
    expect(script.phase.kind).toBe('settling');
  });

  test.each([
    ['nothing settles', [sight(60_000, { settled: false })], 'eu is down'],
    ['nobody leaves', [sight(0), sight(2_500), sight(17_500)], '67 clients still use eu'],
    [
      'nobody returns',
      [sight(0), sight(2_500), sight(3_000, gone), sight(7_000, gone), sight(67_000, gone)],
      '0 of 67 clients are back in eu',
    ],
  ])('gives up in words when %s', (_, scenes, why) => {
    const { script } = playScenes(startScript('refused', ['eu'], watched, 0), scenes);
    expect(script.phase).toMatchObject({ kind: 'gaveUp', why: expect.stringContaining(why) });
    expect(isOver(script)).toBe(true);
  });
});
