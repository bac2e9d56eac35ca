// An API with real access control, one token of each scope, and everything it ever said: so that a
// test can say that no secret was among it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type TokenScope, tokenScopes } from '../../api/access/tokens.ts';
import { openAccess } from '../../api/io/access.ts';
import type { ApiOptions } from '../../api/io/api.ts';
import { createToken } from '../../api/io/tokens.ts';
import { type ProblemSlug, problems } from '../../api/problem.ts';
import { group } from './api-records.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';
import { decision } from './decisions.ts';
import { eventually } from './eventually.ts';

export type GuardedWorld = ApiWorld & {
  readonly token: Readonly<Record<TokenScope, string>>;
  readonly tokensFile: string;
  /** Every log event and every answer so far, as text. */
  readonly said: () => string;
  /** Records in a topic. */
  readonly count: (topic: string) => Promise<number>;
};

export async function openGuardedWorld(options: Partial<ApiOptions> = {}): Promise<GuardedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'api-bad-input-'));
  const tokensFile = join(folder, 'tokens.json');
  const token = Object.fromEntries(
    tokenScopes.map((scope) => {
      const wanted = { name: `${scope}-1`, scope, lifeMs: 86_400_000 };
      return [scope, createToken(tokensFile, wanted, Date.now()).token];
    }),
  ) as Record<TokenScope, string>;
  const said: string[] = [];
  const note = (event: object): void => void said.push(JSON.stringify(event));
  const world = await openApiWorld({
    authenticate: await openAccess({ tokensFile }, note),
    log: note,
    ...options,
  });
  const regions = ['eu-west', 'us-east'];
  const admit = { 'eu-west': 10_000, 'us-east': 10_000 };
  await world.publish('decisions', group, decision({ group, regions, admit }));
  const headers = { authorization: `Bearer ${token.viewer}` };
  await eventually(async () =>
    expect((await world.get(`/api/v1/groups/${group}`, { headers })).status).toBe(200),
  );
  return {
    ...world,
    token,
    tokensFile,
    said: () => said.join('\n'),
    get: async (path, init) => {
      const response = await world.get(path, init);
      said.push(JSON.stringify([...response.headers]), await response.clone().text());
      return response;
    },
    count: async (topic) => {
      const ends = await world.bus.ends(`regionpilot.${topic}`);
      return ends.reduce((sum, { start, end }) => sum + end - start, 0);
    },
    close: async () => {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let keys = 0;

/** A write as it should be, but for what is given. */
export function write(
  { token }: Pick<GuardedWorld, 'token'>,
  method: 'PUT' | 'POST' | 'DELETE',
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  keys += 1;
  return {
    method,
    headers: {
      authorization: `Bearer ${token.admin}`,
      'content-type': 'application/json',
      'idempotency-key': `bad-input-${String(keys).padStart(6, '0')}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export const anOrder = {
  hold: { kind: 'avoid', region: 'eu-west' },
  automation: 'enforce',
  overrideRules: [],
  reason: 'maintenance',
  durationMs: 60_000,
} as const;

/** The response is this problem, whole and well-formed. */
export async function expectProblem(response: Response, slug: ProblemSlug): Promise<string> {
  const text = await response.text();
  expect(response.headers.get('content-type'), text).toMatch(/^application\/problem\+json/);
  const document = JSON.parse(text);
  expect(document).toMatchObject({ type: `/problems/${slug}`, status: problems[slug][0] });
  expect(response.status).toBe(problems[slug][0]);
  expect(document.detail.length).toBeGreaterThan(5);
  return text;
}
