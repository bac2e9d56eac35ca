import type { Bus } from '@regionpilot/bus';
import { describe, expect, test } from 'vitest';
import { decision, heartbeat } from '../../unit/agent/build.ts';
import { groups, openLog, startAgent, until } from './core-support.ts';

const toUs = { reason: 'regionDown' as const, admit: { eu: 0, us: 10_000 } };
const probe = { waitingSinceMs: (): number => 0 };

describe('a client that follows the log', () => {
  test('moves when told, says so, and reports the epoch it follows', async () => {
    const { bus, decide, batches } = await openLog();
    const { agent, said } = startAgent({ groups }, bus);
    const route = agent.route('cache');
    const heard: string[] = [];
    route.onChange((now, before) => heard.push(`${before.region}>${now.region}`));
    expect(route.current).toMatchObject({ region: 'eu', source: 'default' });
    await decide(decision({ epoch: 2, ...toUs }));
    await until('moved', () => route.current.region === 'us');
    expect(route.current).toMatchObject({ source: 'log', version: { term: 1, epoch: 2 } });
    expect(heard).toEqual(['eu>us']);
    expect(said('routeChanged')).toBe(1);
    await until('reported', () => batches().at(-1)?.applied['cache']?.[1] === 2);
  });

  test('takes part from the last snapshot, without a stop at older ones', async () => {
    const { bus, decide } = await openLog();
    await decide(decision({ epoch: 1 }));
    await decide(decision({ epoch: 2, ...toUs }));
    await decide(decision({ epoch: 3 }));
    const { agent, events } = startAgent({ groups }, bus);
    await agent.ready();
    const applied = events.filter(({ kind }) => kind === 'decisionApplied');
    expect(applied).toMatchObject([{ version: { epoch: 3 } }]);
  });

  test('sends what is no decision to the dead letter, obeys none of it, and reads on', async () => {
    const { bus, decide, put, records } = await openLog();
    const { agent, said } = startAgent({ groups }, bus);
    await until('following', () => agent.status().decisions.state === 'following');
    const stray = JSON.stringify(decision({ group: 'sessions', epoch: 9, ...toUs }));
    await put('decisions', 'cache', 'garbage');
    await put('decisions', 'cache', JSON.stringify({ ...decision({ epoch: 9 }), v: 2 }));
    await put('decisions', 'cache', JSON.stringify(decision({ epoch: 9, admit: { eu: 0 } })));
    await put('decisions', '__heartbeat/0', '{"v":1}');
    await put('decisions', 'cache', stray);
    await decide(decision({ epoch: 2, ...toUs }));
    await until('moved', () => agent.route('cache').current.region === 'us');
    expect(agent.route('cache').current.version.epoch).toBe(2);
    expect(said('decisionRejected')).toBe(5);
    await until('told', () => records('deadletter').length === 5);
    expect(records('deadletter').map(({ headers }) => headers)).toMatchObject([
      {
        rp_origin_topic: 'regionpilot.decisions',
        rp_origin_partition: '0',
        rp_origin_offset: '0',
        rp_rejection: 'notJson',
      },
      { rp_rejection: 'versionUnknown' },
      { rp_rejection: 'shapeInvalid' },
      { rp_rejection: 'shapeInvalid' },
      { rp_rejection: 'shapeInvalid' },
    ]);
  });

  test('does not flood the dead letter when there is only garbage', async () => {
    const { bus, put, records } = await openLog();
    const { agent } = startAgent({ groups }, bus);
    for (let i = 0; i < 50; i++) await put('decisions', 'cache', 'garbage');
    await until('counted', () => agent.status().decisions.invalid === 50);
    await until('some sent', () => records('deadletter').length >= 5);
    expect(records('deadletter').length).toBeLessThan(15);
    expect(agent.status().decisions.deadLettersUnsent).toBeGreaterThan(35);
  });

  test('notices by a heartbeat that it missed a decision, and looks for it', async () => {
    const { bus, decide, beat } = await openLog();
    const { agent, said } = startAgent({ groups }, bus);
    await decide(decision({ epoch: 1 }));
    await until('applied', () => agent.route('cache').current.version.epoch === 1);
    let tails = 0;
    const { tail } = bus;
    Object.assign(bus, {
      tail: (options: Parameters<Bus['tail']>[0]) => {
        tails++;
        return tail(options);
      },
    });
    await beat(heartbeat({ cache: [1, 4] }));
    await until('missed', () => said('decisionMissed') === 1);
    await until('reads again', () => tails > 0);
    await decide(decision({ epoch: 4, ...toUs }));
    await until('moved', () => agent.route('cache').current.region === 'us');
  });
});

describe('when nobody decides any more', () => {
  const config = {
    groups,
    decisionStaleMs: 500,
    stallMs: 50,
    breakerAfterMs: 100,
    flushMs: 20,
    calmFlushMs: 100,
  };

  test('a client leaves a region that is dead for it, and the log takes it back', async () => {
    const { bus, decide, beat, batches } = await openLog();
    const { agent } = startAgent(config, bus);
    const route = agent.route('cache');
    const dead = agent.connection({ group: 'cache', region: 'eu', target: 'eu:1', probe });
    const alive = agent.connection({ group: 'cache', region: 'us', target: 'us:1', probe });
    dead.changed('ready');
    alive.changed('ready');
    await decide(decision({ epoch: 1 }));
    await until('stale', () => route.current.stale);
    expect(route.current.region).toBe('eu');
    dead.changed('closed', 'refused');
    await until('left', () => route.current.source === 'breaker');
    expect(route.current).toMatchObject({ region: 'us', admitted: ['eu', 'us'], stale: true });
    await until('told', () => batches().some(({ breaker }) => breaker[0]?.to === 'us'));
    const changes: string[] = [];
    route.onChange(({ region, source, stale }) => changes.push(`${region} ${source} ${stale}`));
    await beat(heartbeat({ cache: [1, 1] }));
    await until('back', () => route.current.region === 'eu');
    expect(changes[0]).toBe('eu log false');
    await until('told', () => batches().some(({ breaker }) => breaker[0]?.to === 'eu'));
  });

  test('a client whose regions are both dead stays where it is', async () => {
    const { bus } = await openLog();
    const { agent, said } = startAgent(config, bus);
    for (const region of ['eu', 'us']) {
      const link = agent.connection({ group: 'cache', region, target: `${region}:1`, probe });
      link.changed('closed', 'refused');
    }
    await until('stale', () => agent.route('cache').current.stale);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(agent.route('cache').current.region).toBe('eu');
    expect(said('breakerMoved')).toBe(0);
  });
});

describe('the host is safe from its agent', () => {
  test('a listener that throws is counted, and the others still hear', async () => {
    const { bus, decide } = await openLog();
    const { agent } = startAgent({ groups }, bus);
    const broken = (): never => {
      throw new Error('host bug');
    };
    let heard = 0;
    agent.onEvent(broken);
    agent.route('cache').onChange(broken);
    agent.route('cache').onChange(() => heard++);
    await decide(decision({ epoch: 2, ...toUs }));
    await until('heard', () => heard === 1);
    expect(agent.status().survivedErrors).toBeGreaterThanOrEqual(2);
  });

  test('a group nobody configured has a route home and default settings', async () => {
    const { bus } = await openLog();
    const { agent, said } = startAgent({ groups, home: 'us' }, bus);
    expect(agent.route('nonsense').current).toMatchObject({ region: 'us', source: 'default' });
    expect(agent.settings('nonsense')).toMatchObject({ regions: ['us'], holdMs: 1_000 });
    expect(said('groupUnknown')).toBe(1);
  });

  test('everything may be called after close, and does nothing', async () => {
    const { bus } = await openLog();
    const { agent } = startAgent({ groups }, bus);
    await agent.close();
    await agent.close();
    await agent.ready();
    agent.connection({ group: 'cache', region: 'eu', target: 'x', probe }).answered(1);
    agent.track({ group: 'cache', region: 'eu', target: 'x' }).begin();
    expect(agent.reload({ groups, bus: { kind: 'embedded', file: 'x' } })).toBeInstanceOf(Array);
    expect(agent.route('cache').current.region).toBe('eu');
    expect(agent.workerData().routes).toHaveLength(1);
  });
});
