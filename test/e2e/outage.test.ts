// An outage from the printed address to the last client at home, as somebody sees it who was woken.

import { expect, test } from 'vitest';
import { group } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';

const { comes } = stories();

test('an operator watches a region die, reads why clients were moved and who was told, and sees it heal', async () => {
  const operator = await comes();
  const { page, sees, card, row, breaks } = operator;

  await operator.open('/');
  await sees(/All regions are healthy and 30 clients follow/);
  expect(await page.title()).toBe('RegionPilot');

  await breaks('eu-west', 'frozen');
  await sees(`${group}: eu-west is down`, card('The situation'));
  await sees('Down', row('eu-west'));
  await sees('0 %', row('eu-west'));
  await sees('Clients were moved, and it worked.');
  await sees('all 30 follow', card(`Group ${group}`));
  await sees('Nobody is sent to eu-west', card('The situation'));

  await page.getByRole('link', { name: group }).first().click();
  await sees(/after \d/, card('Decision and convergence'));
  await sees('30 of 30 clients follow', card('Decision and convergence'));
  const timeline = card('Timeline');
  await operator.press('Decisions', timeline);
  const decision = timeline.getByRole('button', { name: /eu-west.*down/i }).first();
  await decision.click();
  expect(await decision.getAttribute('aria-expanded')).toBe('true');
  await sees('Votes “down”', timeline);
  await sees(/Quorum \d+: reached/, timeline);
  await sees('Seen by which rule', timeline);
  await sees(/2 wanted|[2-9]\d*, \d wanted/, timeline);
  const [votes = ''] = await timeline.getByText(/^\d+ of \d+$/).allTextContents();
  const [voters = 0, live = 0] = votes.split(' of ').map(Number);
  expect(voters).toBeGreaterThan(1);
  expect(live).toBeGreaterThanOrEqual(voters);

  await page
    .getByRole('link', { name: /Alerts/ })
    .first()
    .click();
  await page
    .getByRole('link', { name: /eu-west/ })
    .first()
    .click();
  await sees(/pagerduty: .*delivered/, card('Who was told'));
  await sees(/webhook: .*delivered/, card('Who was told'));

  await page.getByRole('link', { name: 'Overview' }).first().click();
  await breaks('eu-west', '');
  await sees('Healthy', row('eu-west'));
  await sees('100 %', row('eu-west'));
  await sees(/All regions are healthy and 30 clients follow/);
  await sees('No incident is open');
});
