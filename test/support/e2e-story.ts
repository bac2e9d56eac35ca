// What every browser story begins and ends with: the shared browser and world, a visitor of its own
// per test, and the judgement that no page did anything wrong.

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { connect, type Visit, type VisitOptions, visit } from './e2e-browser.ts';
import { type Operator, operatorOn } from './e2e-operator.ts';
import { makeWhole } from './e2e-world.ts';

export type Story = {
  /** Address the demo printed. */
  readonly url: string;
  /** Of the world's log. */
  readonly file: string;
  /** Stops the whole world but its log: nobody reports, nobody decides; and lets it go on. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Somebody sits down before a fresh browser; `url` is the console they look at. */
  readonly comes: (options?: VisitOptions, url?: string) => Promise<Operator & Visit>;
};

/** For the top of a file of stories. The world is whole when its first test begins. */
export function stories(): Story {
  const { url, file, pid, browser: endpoint } = inject('e2e');
  const visits: Visit[] = [];
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await connect(endpoint);
    await makeWhole(url);
  });
  afterEach(async () => {
    const faults = visits.flatMap((each) => each.faults);
    await Promise.all(visits.splice(0).map((each) => each.close()));
    expect(faults).toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    url,
    file,
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    comes: async (options = {}, at = url) => {
      if (browser === null) throw new Error('the browser is not open yet');
      const visitor = await visit(browser, options);
      visits.push(visitor);
      return { ...visitor, ...operatorOn(visitor.page, at) };
    },
  };
}
