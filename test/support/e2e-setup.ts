// One world and one Chromium for all browser tests: opened once, since both take seconds.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { launchOptions } from './e2e-browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    e2e: {
      /** Address the demo printed. */
      readonly url: string;
      /** Of its log. */
      readonly file: string;
      /** Its process. */
      readonly pid: number;
      /** Where Chromium listens. */
      readonly browser: string;
    };
  }
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildOnce();
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launchServer(launchOptions);
  const demo = spawn(process.execPath, [here('e2e-demo.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const world = await whereabouts(demo);
  console.error(`The console for the browser tests: ${world.url}`);
  project.provide('e2e', { ...world, pid: demo.pid ?? 0, browser: browser.wsEndpoint() });
  return async () => {
    await browser.close();
    demo.stdin?.end();
    await once(demo, 'exit');
  };
}

/** `npm install` builds the console; a checkout that was not installed that way gets it here. */
async function buildOnce(): Promise<void> {
  if (existsSync(here('../../console/dist/index.html'))) return;
  const build = spawn('npm', ['run', 'console:build'], {
    cwd: here('../../'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error(`the console's build ended with ${code}`);
}

async function whereabouts(demo: ChildProcess): Promise<{ url: string; file: string }> {
  if (demo.stdout === null) throw new Error('the world has no output');
  const lines = createInterface({ input: demo.stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    once(demo, 'exit').then(([code]) => {
      throw new Error(`the world ended with ${code} before it was there`);
    }),
  ]);
  return JSON.parse(line);
}
