// The stories we share with a real Alertmanager, told on the virtual clock.

import { expect, test } from 'vitest';
import { alertsCases, caseProblems } from '../../../support/alerts-cases.ts';
import { playCase } from '../../../support/alerts-notify.ts';

for (const story of alertsCases) {
  test(story.name, () => {
    expect(caseProblems(story.wants, playCase(story))).toEqual([]);
  });
}
