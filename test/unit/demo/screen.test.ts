import { describe, expect, test } from 'vitest';
import type { Happening } from '../../../demo/happening.ts';
import type { Urgency } from '../../../demo/inbox/message.ts';
import { buildReport } from '../../../demo/report.ts';
import { startScript, watched } from '../../../demo/script.ts';
import type { WorldSnapshot } from '../../../demo/snapshot.ts';
import { withColour, withoutColour } from '../../../demo/view/lines.ts';
import { render, type Screen } from '../../../demo/view/screen.ts';
import { regionOf, worldOf } from './build.ts';

const size = { columns: 110, rows: 30 };

function screenOf(fields: Partial<Screen> = {}): Screen {
  return {
    world: worldOf(),
    startedMs: 0,
    script: null,
    report: null,
    happenings: [],
    chosen: 0,
    help: false,
    ...fields,
  };
}

function happening(fields: Partial<Happening> = {}): Happening {
  return { atMs: 5_000, tone: 'note', what: 'NOTE', text: 'something', evidence: null, ...fields };
}

const shown = (screen: Screen, at = size): string => render(screen, at, withoutColour);

describe('the live view', () => {
  test('says what it is, how the regions are and what can be pressed', () => {
    const text = shown(screenOf());
    expect(text).toContain('RegionPilot demo');
    expect(text).toMatch(/▸1 eu-west +● healthy +100 % +67 █+·+ +0 % +0\.4 ms +3\.2 ms +–/);
    expect(text).toContain('1,046/s, 12,345 sent, 0 failed, 1 ambiguous');
    expect(text).toContain('k kill   f freeze   b black hole   s slow   h heal');
    expect(text).toContain('demo settings (defaults): return 2 s (60)');
    expect(text).toContain('alert settings: down for 2.5 s (5), kept open 0 s (30)');
  });

  test('shows a dead region as dead, empty and closed', () => {
    const dead = regionOf({
      health: 'down',
      admitted: 0,
      users: 0,
      fault: 'frozen',
      answered: 0,
      failed: 40,
      p50Ms: null,
      p99Ms: null,
    });
    const text = shown(screenOf({ world: worldOf({ regions: [dead] }) }));
    expect(text).toMatch(/eu-west +● down +0 % +0 ·+ +100 % +– +– +frozen/);
  });

  test.each([
    [80, 24],
    [110, 34],
    [200, 60],
    [40, 10],
    [20, 3],
  ])('fits %i columns and %i rows exactly', (columns, rows) => {
    const happenings = Array.from({ length: 50 }, (_, i) =>
      happening({ text: `event ${i} ${'word '.repeat(40)}`, evidence: 'numbers '.repeat(40) }),
    );
    for (const help of [false, true]) {
      const lines = shown(screenOf({ happenings, help }), { columns, rows }).split('\n');
      expect(lines).toHaveLength(rows);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test('at 80 columns the whole table and all keys are there', () => {
    const longest = regionOf({ name: 'ap-south', fault: 'blackhole' });
    const world = worldOf({ regions: [longest] });
    const text = shown(screenOf({ world }), { columns: 80, rows: 24 });
    expect(text).toMatch(/ap-south.* black hole$/m);
    expect(text).toContain('q quit');
  });

  test('the newest events win the room, in order of time, decisions with their evidence', () => {
    const happenings = [
      ...Array.from({ length: 40 }, (_, i) => happening({ text: `old ${i}` })),
      happening({ what: 'FAULT', text: 'eu-west: server killed' }),
      happening({ what: 'DECIDED', text: 'eu-west is down', evidence: '66 of 66 say down' }),
    ];
    const text = shown(screenOf({ happenings }));
    expect(text).not.toContain('old 0');
    expect(text.indexOf('server killed')).toBeLessThan(text.indexOf('eu-west is down'));
    expect(text).toContain('66 of 66 say down');
  });

  test('tells which step of the script plays, and when it is the user’s turn', () => {
    const script = startScript('refused', ['eu-west'], watched, 0);
    const leaving = { ...script, phase: { kind: 'leaving', sinceMs: 0, users: 67 } } as const;
    expect(shown(screenOf({ script: leaving }))).toMatch(/SCRIPT.*eu-west broke.*67 clients/);
    expect(shown(screenOf())).toMatch(/YOUR TURN.*choose a region/);
  });

  test('when nothing is safe it says so before anything else', () => {
    const regions = [regionOf({ fault: 'frozen', health: 'down' })];
    const world = worldOf({ noSafeTarget: true, regions });
    expect(shown(screenOf({ world }))).toContain('no region is safe: everybody stays put');
  });

  test('shows the figures of the latest failover', () => {
    const report = buildReport({
      bus: 'embedded',
      outages: [{ fault: 'refused', region: 'eu', atMs: 0, clients: ['a', 'b'] }],
      healthChanges: [{ region: 'eu', to: 'suspect', atMs: 120 }],
      decisions: [],
      moves: [{ client: 'a', from: 'eu', to: 'us', atMs: 300 }],
      failures: [],
      commands: { sent: 0, failed: 0, ambiguous: 0 },
      pages: [],
      changes: [],
    });
    expect(shown(screenOf({ report }))).toMatch(
      /1 of 2 left, 0 back: fault → votes 120 ms → last moved 300 ms/,
    );
  });

  const page = (severity: Urgency, state: 'open' | 'resolved', title: string, atMs: number) => ({
    atMs,
    title,
    page: { severity, state },
  });
  const full: WorldSnapshot['inbox'] = {
    open: 1,
    acknowledged: 0,
    resolved: 1,
    changes: 1,
    unresolved: 1,
    latest: [
      page('critical', 'open', 'no safe region', 61_000),
      { atMs: 12_000, title: 'all clients left eu-west', page: null },
      page('warning', 'resolved', 'eu-west is down', 11_000),
    ],
    webhooks: { good: 5, bad: 0 },
  };

  test('the inbox says who was told what, and whether it is over', () => {
    const text = shown(screenOf({ world: worldOf({ inbox: full }) }));
    expect(text).toContain('INBOX     1 open, 1 resolved, 1 change;');
    expect(text).toMatch(/^ +1:01 critical +open +no safe region$/m);
    expect(text).toMatch(/^ +0:12 +change +all clients left eu-west$/m);
    expect(text).toMatch(/^ +0:11 warning +resolved +eu-west is down$/m);
    expect(text).not.toContain('bad signature');
  });

  test('where the screen is small the inbox is one line, and a bad signature is still said', () => {
    const inbox = { ...full, webhooks: { good: 5, bad: 2 } };
    const text = shown(screenOf({ world: worldOf({ inbox }) }), { columns: 90, rows: 24 });
    expect(text).toContain('1 open, 1 resolved');
    expect(text).toContain('2 webhooks with a bad signature');
    expect(text).not.toContain('no safe region');
  });

  test('says when the aggregator only watches', () => {
    expect(shown(screenOf({ world: worldOf({ tilt: ['coverage'] }) }))).toContain(
      'watching only (coverage)',
    );
  });

  test('colour adds nothing but colour', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is removed.
    const bare = render(screenOf(), size, withColour).replace(/\u001b\[[\d;]*m/g, '');
    expect(bare).toBe(shown(screenOf()));
    expect(shown(screenOf())).not.toContain('\u001b');
  });
});
