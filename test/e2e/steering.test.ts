// What an operator may order, and how the console shows that it is in force, over, and remembered.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { group, type Region, writeHold } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';
import { send } from '../support/e2e-world.ts';
import { eventually } from '../support/eventually.ts';

const { url, comes } = stories();

test('a hold says how many clients it moves, wants the name typed, moves them, and is released', async () => {
  const operator = await comes();
  const { page, sees, seesNoMore, card, row, press } = operator;
  await operator.open(`/groups/${group}`);

  await press('Hold…');
  const dialog = operator.dialog('Hold');
  await writeHold(dialog, { region: 'us-east', reason: 'router upgrade, CHG-7' });
  await sees(/Now: [1-9]\d* of 30 clients would move/, dialog);
  await dialog.getByLabel(/^Type/).fill('payments');
  await dialog.getByLabel(/^Type/).press('Enter');
  await sees(`Type ${group} to confirm.`, dialog);

  await dialog.getByLabel(/^Type/).fill(group);
  await press('Set the hold', dialog);
  await dialog.waitFor({ state: 'detached' });
  const orders = card('Orders in force');
  await sees('local ordered here: avoid us-east', orders);
  await sees('router upgrade, CHG-7', orders);
  await sees(/^4:\d\d left$/, orders);

  await page.getByRole('link', { name: 'Overview' }).first().click();
  await sees('0 %', row('us-east'));
  await sees('all 30 follow', card(`Group ${group}`));
  // What is left of its commands are probes: who was served there is served elsewhere.
  const commands = async (region: Region): Promise<number> =>
    Number(await row(region).getByRole('cell').nth(3).textContent());
  await eventually(async () => {
    expect(await commands('us-east')).toBeLessThan((await commands('eu-west')) / 2);
  });
  await sees(/avoid us-east/, card('Orders in force'));

  await page.goBack();
  await press('Release…', orders);
  const release = operator.dialog('Release');
  await sees('Ends “avoid us-east”', release);
  await release.getByLabel('Reason').fill('the router is up again');
  await press('End the order', release);
  await seesNoMore('avoid us-east', page.locator('section.notice'));
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await sees('100 %', row('us-east'));
  await sees('Nobody holds anything');
});

test('a short hold ends by itself: the page counts down, clients return, the audit log keeps it', async () => {
  const operator = await comes();
  const { page, sees, card, row } = operator;
  const reason = `ten seconds only ${randomUUID()}`;
  await operator.open('/');
  const order = {
    hold: { kind: 'avoid', region: 'ap-south' },
    automation: 'enforce',
    overrideRules: [],
    reason,
    durationMs: 10_000,
  };
  const answer = await send(url, 'PUT', `/api/v1/groups/${group}/order`, order);
  expect(answer.status).toBe(202);

  const orders = card('Orders in force');
  await sees(reason, orders);
  await sees(/^0:\d\d left$/, orders);
  await sees('0 %', row('ap-south'));
  await sees('Nobody holds anything');
  await sees('100 %', row('ap-south'));

  await page.getByRole('link', { name: 'Audit' }).first().click();
  const record = page.getByRole('button', { name: reason });
  await sees(`local: order.set ${group}`);
  await record.click();
  await sees('"region": "ap-south"');
});
