// What RegionPilot does not do, and how it says why not.

import { test } from 'vitest';
import { choose, group, regions, writeHold } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';
import { makeWhole } from '../support/e2e-world.ts';

const { url, comes } = stories();

test('with the kill switch a dead region is not left, and the timeline says whose order that is', async () => {
  const operator = await comes();
  const { sees, card, row, press } = operator;
  await operator.open(`/groups/${group}`);
  await press('Automation…');
  const dialog = operator.dialog('Automation');
  await choose(dialog, 'Off (kill switch)');
  await sees(/^Kill switch: nothing is decided/, dialog);
  await dialog.getByLabel('Reason').fill('we move by hand tonight');
  await dialog.getByLabel(/^Type/).fill(group);
  await press('Change automation', dialog);
  await dialog.waitFor({ state: 'detached' });
  await sees(/automation off/, card('Orders in force'));

  await operator.open('/');
  await sees('Automation off', card(`Group ${group}`));
  await operator.breaks('ap-south', 'refused');
  await sees('Down', row('ap-south'));
  await sees('100 %', row('ap-south'));
  await sees(
    /Nothing is decided automatically|Clients are still sent there/,
    card('The situation'),
  );
  await operator.open(`/groups/${group}`);
  const refused = card('Timeline').getByRole('button', { name: /Leaving ap-south was refused/ });
  await refused.first().click();
  await sees('Why not', card('Timeline'));
  await sees('Kill switch', card('Timeline'));
  await makeWhole(url);
});

test('the last region is never left: nothing safe is said aloud, and an order to leave it warns', async () => {
  const operator = await comes();
  const { sees, card, press } = operator;
  await operator.open('/');
  for (const region of regions.slice(1)) await operator.breaks(region, 'refused');
  await sees('Nobody is sent to us-east and ap-south', card('The situation'));

  await operator.open(`/groups/${group}`);
  await press('Hold…');
  const dialog = operator.dialog('Hold');
  await writeHold(dialog, { region: 'eu-west', reason: 'leaving the last one' });
  await dialog.getByLabel(/^Type/).fill(group);
  await press('Set the hold', dialog);
  await dialog.waitFor({ state: 'detached' });
  const refused = card('Timeline')
    .getByRole('button', { name: /was refused for eu-west/ })
    .first();
  await sees(/without eu-west no region would admit everybody/, refused);
  await refused.click();
  await sees('Never the last region', card('Timeline'));
  await sees('Nobody is sent to us-east and ap-south', card('The situation'));

  await operator.open('/');
  await operator.breaks('eu-west', 'refused');
  await sees('No region is safe: clients stay where they are', card('The situation'));
});
