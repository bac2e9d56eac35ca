// What is committed is what the code writes, and a drift names the panel.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dashboards, writtenFiles } from '../../../grafana/files.ts';
import { grafanaFolder, panelsOf, readDashboard } from '../../support/grafana-json.ts';

const cure = 'npm run dashboards';

describe.each(dashboards.map(({ uid = '' }) => uid))('dashboard %s', (uid) => {
  const written = JSON.parse(writtenFiles()[`dashboards/${uid}.json`] ?? '{}');
  const committed = readDashboard(uid);

  test('has the panels that the code describes, each of them unchanged', () => {
    const titles = panelsOf(written).map(({ title }) => title);
    expect(
      panelsOf(committed).map(({ title }) => title),
      cure,
    ).toEqual(titles);
    for (const [index, panel] of panelsOf(written).entries()) {
      expect(panelsOf(committed)[index], `drifted: "${panel.title}" (${cure})`).toEqual(panel);
    }
  });

  test('is committed to the byte as it is written', () => {
    expect(readFileSync(join(grafanaFolder, `dashboards/${uid}.json`), 'utf8'), cure).toBe(
      writtenFiles()[`dashboards/${uid}.json`],
    );
  });
});

test('provisioning files and rules are committed to the byte as they are written', () => {
  for (const [path, text] of Object.entries(writtenFiles())) {
    expect(readFileSync(join(grafanaFolder, path), 'utf8'), `${path} (${cure})`).toBe(text);
  }
});

test('no dashboard of the past is left behind', () => {
  expect(readdirSync(join(grafanaFolder, 'dashboards')).sort()).toEqual(
    dashboards.map(({ uid }) => `${uid}.json`).sort(),
  );
});
