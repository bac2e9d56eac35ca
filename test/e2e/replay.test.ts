// Afterwards: an incident is played again, its address is sent to a colleague, the browser's own
// buttons work.

import { beforeAll, expect, test } from 'vitest';
import { patienceMs } from '../support/e2e-browser.ts';
import { group } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';
import { makeWhole, read, send } from '../support/e2e-world.ts';
import { eventually } from '../support/eventually.ts';

const { url, comes } = stories();
type Incident = {
  readonly id: string;
  readonly openedMs: number;
  readonly convergedAfterMs: number | null;
};
type Incidents = { readonly items: readonly Incident[] };
let incident = '';

beforeAll(async () => {
  const beganMs = Date.now();
  await send(url, 'POST', '/api/v1/demo/regions/us-east/fault', { fault: 'refused' });
  await eventually(async () => {
    const { items } = await read<Incidents>(url, `/api/v1/incidents?group=${group}&open=true`);
    const found = items.find(({ openedMs }) => openedMs >= beganMs - 1_000);
    if (found === undefined || found.convergedAfterMs === null) throw new Error('nobody moved yet');
    incident = found.id;
  }, patienceMs);
  await makeWhole(url);
});

test('the scrubber steps through the outage and shows the regions as they were then', async () => {
  const operator = await comes();
  const { page, sees, card, press } = operator;
  await operator.open(`/incidents/${encodeURIComponent(incident)}`);
  await sees('Everybody followed after');
  await page.getByRole('link', { name: 'Play it again' }).click();

  const timeline = card('Timeline');
  const past = timeline.locator('.past');
  const moment = page.getByRole('slider', { name: 'Moment' });
  await eventually(async () => {
    await press('Next entry', timeline);
    await past.getByText(/us-east.*Down.*0 %/).waitFor({ timeout: 1_000 });
  }, 2 * patienceMs);
  expect(page.url()).toMatch(/\/groups\/payments-cache\/at\/\d+$/);
  const link = page.url();
  await sees(/us-east is down for all clients|us-east.*down/, past);

  const colleague = await comes();
  await colleague.open(new URL(link).pathname);
  await colleague.sees(/us-east.*Down.*0 %/, colleague.card('Timeline').locator('.past'));

  await moment.focus();
  await moment.press('ArrowLeft');
  await eventually(() => expect(page.url()).not.toBe(link));
  await moment.press('Space');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await moment.press('Space');
  await press('Back to live', timeline);
  await sees('Live', timeline);
  expect(new URL(page.url()).pathname).toBe(`/groups/${group}`);
});

test('a link to an entry opens it, fresh, with its evidence', async () => {
  const operator = await comes();
  const { page, sees, card } = operator;
  await operator.open(`/groups/${group}`);
  const timeline = card('Timeline');
  await timeline
    .getByRole('button', { name: /us-east is down, it was/ })
    .first()
    .click();
  const href = await timeline
    .getByRole('link', { name: 'Link to this entry' })
    .getAttribute('href');
  expect(href).toMatch(/^\/groups\/payments-cache\/entries\/\d+-\d+$/);

  const colleague = await comes();
  await colleague.open(href ?? '');
  await colleague.sees('Votes “down”', colleague.card('Timeline'));
  await sees('Votes “down”');
  await page.close();
});

test('back and forward walk the pages that were visited; a page that never was says so', async () => {
  const operator = await comes();
  const { page, sees } = operator;
  await operator.open('/');
  for (const name of ['Clients', 'Pipeline', 'Audit']) {
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  }
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Clients' }).waitFor();
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
  await operator.open('/no/such/page');
  await sees('There is no such page');
  await operator.open('/groups/nobody');
  await sees('No such group');
});
