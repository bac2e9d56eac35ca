// What the made-up fleet answers page by page: clients, the matrix, policy, audit, a moment in the
// past. Names include hostile ones, since every real fleet has a client that was named by a joker.

import type {
  AuditEntry,
  ClientMatrix,
  ClientState,
  MomentInThePast,
  Page,
  PolicyView,
} from '@regionpilot/api/contract';
import { clientsOf, type GroupName, groupAt } from './console-fixture-world.ts';

const services = ['checkout', 'ledger', 'fraud', 'wallet', 'settlement', 'refunds'];
const hostile = [
  '<img src=x onerror=alert(1)>',
  'ledger-\u202Egpj.exe',
  'wallet-\u001b[31mred',
  `very-long-${'name-'.repeat(30)}end`,
];

const clientName = (i: number): string =>
  hostile[i - 40] ?? `${services[i % services.length]}-${i}/${(i * 7919).toString(16)}`;

function cell(region: number, i: number, down: boolean, count: number): string {
  if (i < 4) return 'e';
  if (region > 0) return i % 97 === 0 ? 's' : 'o';
  if (!down) return i % 211 === 0 ? 's' : 'o';
  return i < count * 0.94 ? 'd' : i % 2 === 0 ? 'q' : '-';
}

/** All clients × regions, worst first. */
export function matrixAt(group: GroupName, t: number, epochMs: number): ClientMatrix {
  const state = groupAt(group, t, epochMs);
  const n = clientsOf[group];
  const index = Array.from({ length: n }, (_, i) => i);
  const down = state.regions[0]?.health === 'down';
  return {
    group,
    asOfMs: epochMs + t,
    regions: state.regions.map((r) => r.region),
    clients: index.map(clientName),
    homes: index.map((i) => state.regions[i % state.regions.length]?.region ?? ''),
    domains: index.map((i) => `zone-${'abc'[i % 3]}`),
    cells: state.regions.map((_, r) => index.map((i) => cell(r, i, down, n)).join('')),
    truncated: 0,
  };
}

const verdicts = {
  o: 'ok',
  s: 'suspect',
  d: 'down',
  e: 'everywhere',
  q: 'quiet',
  '-': 'none',
} as const;

function clientAt(matrix: ClientMatrix, i: number, t: number, epochMs: number): ClientState {
  const straggler = t > 430 && i < 7;
  return {
    client: matrix.clients[i] ?? '',
    group: matrix.group,
    home: matrix.homes[i] ?? '',
    domain: matrix.domains[i] ?? '',
    presence: i === 9 ? 'silent' : i === 11 ? 'goodbye' : 'here',
    lastSeenMs: epochMs + t - (i === 9 ? 42_000 : 80),
    applied: [7, straggler || t < 430 ? 41 : 42],
    straggler,
    regions: matrix.regions.map((region, r) => {
      const verdict = verdicts[(matrix.cells[r]?.[i] ?? '-') as keyof typeof verdicts];
      return {
        region,
        verdict,
        connections: 4,
        ready: verdict === 'down' ? 0 : 4,
        answered: verdict === 'down' ? 2 : 180 + (i % 40),
        failed: verdict === 'down' ? 96 : 0,
        stalledMs: verdict === 'down' ? 800 : 0,
      };
    }),
  };
}

/** One page of clients, filtered as asked. */
export function clientsAt(query: URLSearchParams, t: number, epochMs: number): Page<ClientState> {
  const group = (query.get('group') ?? 'payments-cache') as GroupName;
  const matrix = matrixAt(group in clientsOf ? group : 'payments-cache', t, epochMs);
  const wanted = (query.get('q') ?? '').toLowerCase();
  const all = matrix.clients
    .map((_, i) => clientAt(matrix, i, t, epochMs))
    .filter((c) => c.client.toLowerCase().includes(wanted))
    .filter((c) => query.get('straggler') !== 'true' || c.straggler)
    .filter((c) => query.get('home') === null || c.home === query.get('home'))
    .filter(
      (c) =>
        query.get('verdict') === null || c.regions.some((r) => r.verdict === query.get('verdict')),
    );
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  return {
    items: all.slice(from, from + limit),
    next: from + limit < all.length ? String(from + limit) : null,
    total: all.length,
  };
}

/** A group as it was at a moment. */
export function momentAt(group: GroupName, t: number, epochMs: number): MomentInThePast {
  const state = groupAt(group, t, epochMs);
  return {
    atMs: epochMs + t,
    regions: state.regions.map(({ region, health, admit }) => ({ region, health, admit })),
    term: state.term,
    epoch: state.epoch,
    text: state.text,
    noSafeTarget: false,
  };
}

export function policyOf(group: string): PolicyView {
  const row = (
    name: string,
    value: unknown,
    standard: unknown,
    origin: 'default' | 'config' | 'order',
    meaning: string,
    live = true,
  ) => ({ name, value, default: standard, origin, meaning, live });
  return {
    group,
    settings: [
      row(
        'quorumShare',
        0.25,
        0.25,
        'default',
        'Share of a region’s live clients that must vote "down" before it is believed.',
      ),
      row('quorumMin', 3, 2, 'config', 'Fewest votes, whatever the share.'),
      row(
        'windowMs',
        [2000, 500],
        [2000, 500],
        'default',
        'The long and the short window that the error ratio is judged on, ms.',
      ),
      row(
        'errorRatioDown',
        [0.5, 0.9],
        [0.5, 0.9],
        'default',
        'A region with a larger error ratio in both windows gets a vote "down".',
      ),
      row(
        'stallMs',
        400,
        500,
        'config',
        'A client whose oldest command waits longer than this votes "down", ms.',
      ),
      row(
        'cooldownMs',
        60000,
        60000,
        'default',
        'Shortest time between two automatic moves of a group, ms. Doubles per flap.',
      ),
      row('flapBudgetPerDay', 6, 6, 'default', 'Automatic moves a day; then a person decides.'),
      row(
        'automation',
        'shadow',
        'enforce',
        'order',
        'Whether decisions are enforced, only said, or not made.',
      ),
      row(
        'ramp',
        [100, 1000, 5000, 10000],
        [100, 1000, 5000, 10000],
        'default',
        'Steps of the return, parts of 10,000.',
        false,
      ),
    ],
  };
}

export function auditAt(epochMs: number): Page<AuditEntry> {
  const entry = (
    n: number,
    minutesAgo: number,
    action: string,
    target: string,
    actor: string,
    reason: string,
    before: unknown,
    after: unknown,
  ): AuditEntry => ({
    id: `0-${n}`,
    atMs: epochMs - minutesAgo * 60_000,
    actor,
    auth: 'token',
    action,
    target,
    reason,
    before,
    after,
    requestId: `req-${n}f3a`,
  });
  const items = [
    entry(
      48,
      2,
      'alert.ack',
      '90ffab3412cd0077',
      'noah.okafor',
      'looking at it',
      { ackedBy: null },
      { ackedBy: 'noah.okafor' },
    ),
    entry(
      47,
      25,
      'order.set',
      'catalog-cache',
      'mira.lindqvist',
      'new cluster in ap-southeast is still being warmed (CHG-2291)',
      null,
      { hold: { kind: 'avoid', region: 'ap-southeast' }, automation: 'shadow' },
    ),
    entry(
      46,
      24,
      'silence.create',
      'sil-31',
      'mira.lindqvist',
      'warming ap-southeast (CHG-2291)',
      null,
      { matchers: ['group=catalog-cache'] },
    ),
    entry(
      45,
      1_600,
      'policy.set',
      'payments-cache',
      'platform-ci',
      'stallMs 500 → 400 after the load test',
      { stallMs: 500 },
      { stallMs: 400 },
    ),
  ];
  return { items, next: null, total: items.length };
}
