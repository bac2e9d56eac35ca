// Who may look, who may act, and where a token never shows.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, openAccess } from '../../api/index.ts';
import { createToken } from '../../api/io/tokens.ts';
import type { Bus } from '../../bus/index.ts';
import { group } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';
import { openLog, send, serveAlso } from '../support/e2e-world.ts';

const { url, file, comes } = stories();
const hourMs = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-e2e-'));
const tokensFile = join(folder, 'tokens.json');
const tokenOf = (scope: 'viewer' | 'failover', name: string, bornMs: number): string =>
  createToken(tokensFile, { name, scope, lifeMs: hourMs }, bornMs).token;
const viewer = tokenOf('viewer', 'guest', Date.now());
const failover = tokenOf('failover', 'on-call', Date.now());
const expired = tokenOf('failover', 'of-yesterday', Date.now() - 24 * hourMs);
let bus: Bus;
let api: Api;

beforeAll(async () => {
  bus = await openLog(file);
  api = await serveAlso(bus, { authenticate: await openAccess({ tokensFile }, () => undefined) });
});
afterAll(async () => {
  await api?.close();
  await bus?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a viewer sees everything and may change nothing, by the page or by force', async () => {
  const guest = await comes({ refusals: true }, api.url);
  const { page, sees, card, row, press } = guest;
  await guest.open('/');
  await sees('Who is there?');
  await page.getByLabel('Token').fill(viewer);
  await press('Enter');
  await sees('Healthy', row('eu-west'));
  await sees('guest');

  await guest.open(`/groups/${group}`);
  const why = 'This needs the scope “failover”; guest has “viewer”.';
  for (const name of [/^Hold…/, /^Automation…/]) {
    const control = page.getByRole('button', { name });
    expect(await control.getAttribute('aria-disabled')).toBe('true');
    expect(await control.getAttribute('title')).toBe(why);
    await control.click({ force: true });
    await control.press('Enter');
  }
  expect(await page.getByRole('dialog').count()).toBe(0);
  await guest.open('/silences');
  const control = page.getByRole('button', { name: /^New silence…/ });
  expect(await control.getAttribute('aria-disabled')).toBe('true');
  await guest.open('/audit');
  await sees('Not for this token');
  expect(await card('Demo: break a region').count()).toBe(0);

  const order = `/api/v1/groups/${group}/order`;
  const body = {
    hold: { kind: 'avoid', region: 'eu-west' },
    automation: 'enforce',
    overrideRules: [],
    reason: 'forged',
    durationMs: 60_000,
  };
  const forged = await page.evaluate(
    `fetch('${order}', { method: 'PUT', body: '${JSON.stringify(body)}', headers: {
      'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(),
      authorization: 'Bearer ' + sessionStorage.getItem('regionpilot.token') } })
      .then(async (answer) => ({ status: answer.status, type: (await answer.json()).type }))`,
  );
  expect(forged).toEqual({ status: 403, type: '/problems/forbidden' });
  const foreign = await send(api.url, 'PUT', order, body, {
    authorization: `Bearer ${failover}`,
    origin: 'https://elsewhere.example',
  });
  expect(foreign.status).toBe(403);
  await guest.open(`/groups/${group}`);
  expect(await card('Orders in force').count()).toBe(0);
});

test('a wrong token and an expired one are told apart, and neither gets in', async () => {
  const stranger = await comes({ refusals: true }, api.url);
  const { page, sees, press } = stranger;
  await stranger.open('/alerts');
  for (const [token, said] of [
    [`${viewer.slice(0, -4)}AAAA`, 'This token is not known here'],
    [expired, /The token of of-yesterday expired at /],
    ['not a token', /bearer token|not known/],
  ] as const) {
    await page.getByLabel('Token').fill(token);
    await press('Enter');
    await sees(said, page.getByRole('alert'));
  }
  expect(await page.locator('nav').count()).toBe(0);
});

test('a token is in no address, no lasting storage and nowhere on the page, and leaves when told', async () => {
  const visitor = await comes({ refusals: true }, api.url);
  const { page, sees, press, requests } = visitor;
  await visitor.open('/silences');
  await page.getByLabel('Token').fill(failover);
  await press('Enter');
  await sees('Nothing is muted');
  for (const path of ['/', `/groups/${group}`, '/pipeline', '/audit']) {
    await visitor.open(path);
    expect(page.url()).not.toContain(failover);
    expect(await page.content()).not.toContain(failover);
  }
  expect(requests.filter((each) => each.includes(failover))).toEqual([]);
  expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(
    'rp_',
  );
  const colleague = await visitor.context.newPage();
  await colleague.goto(api.url);
  await colleague.getByText('Who is there?').waitFor();

  await press('Forget the token');
  await sees('Who is there?');
  expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('rp_');
});

test('without access control the demo still refuses writes of another site', async () => {
  const answer = await send(
    url,
    'POST',
    '/api/v1/demo/regions/eu-west/fault',
    { fault: 'frozen' },
    {
      origin: 'https://elsewhere.example',
    },
  );
  expect(answer.status).toBe(403);
});
