// Taking an alert and muting one, and what others see of it.

import { test } from 'vitest';
import { choose } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';

const { comes } = stories();

test('an operator takes an alert, mutes it for a while, and ends that silence', async () => {
  const operator = await comes();
  const { page, sees, seesNoMore, card, press } = operator;
  await operator.open('/');
  await operator.breaks('us-east', 'refused');

  await page
    .getByRole('link', { name: /Alerts/ })
    .first()
    .click();
  const live = card('Live alerts');
  const alert = live.getByRole('row', { name: /us-east/ }).first();
  await sees(/told pagerduty, webhook/, alert);
  await press('Take it…', alert);
  const take = operator.dialog('Take the alert');
  await take.getByLabel('Reason').fill('looking at it, INC-12');
  await press('I have it', take);
  await take.waitFor({ state: 'detached' });
  await sees('local has it', alert);
  await alert.getByRole('button', { name: 'Give back…' }).waitFor();

  await page.getByRole('link', { name: 'Silences' }).first().click();
  await sees('Nothing is muted');
  await press('New silence…');
  const silence = operator.dialog('New silence');
  await silence.getByLabel('Label').fill('region');
  await silence.getByLabel('Value').fill('us-east');
  await sees(/^Mutes [1-9]\d* of [1-9]\d* alerts that are live now/, silence);
  await choose(silence, '5 min');
  await silence.getByLabel('Reason').fill('planned work, CHG-8');
  await press('Silence', silence);
  await silence.waitFor({ state: 'detached' });
  const muted = card('Silences in force');
  await sees('region=us-east', muted);
  await sees('local: planned work, CHG-8', muted);
  await sees(/^4:\d\d$/, muted);
  await page
    .getByRole('link', { name: /Alerts/ })
    .first()
    .click();
  await sees('silenced', alert);

  await page.goBack();
  await press('End…', muted);
  const end = operator.dialog('End the silence');
  await end.getByLabel('Reason').fill('work is done');
  await press('End it', end);
  await sees('Nothing is muted');
  await page
    .getByRole('link', { name: /Alerts/ })
    .first()
    .click();
  await seesNoMore('silenced', alert);
});
