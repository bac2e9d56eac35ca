import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * One project per layer of proof. Pure layers run side by side; integration runs one file at a
 * time, because its files share one real Kafka and the machine's two cores; so does e2e, whose files share
 * one world and one browser.
 */
const layer = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

/** One file per run; `.ci/count.mjs` adds them up. */
const resultsFile = () => ({ outputFile: `build/test-results/${process.pid}.json` });

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: process.env['CI'] === 'true' ? ['default', ['json', resultsFile()]] : ['default'],
    projects: [
      layer('unit'),
      layer('property', { testTimeout: 120_000 }),
      layer('contract', { testTimeout: 30_000 }),
      layer('sim', { testTimeout: 300_000 }),
      layer('integration', {
        testTimeout: 120_000,
        hookTimeout: 300_000,
        fileParallelism: false,
        globalSetup: ['test/support/integration-setup.ts'],
      }),
      layer('e2e', {
        testTimeout: 240_000,
        hookTimeout: 240_000,
        fileParallelism: false,
        globalSetup: ['test/support/e2e-setup.ts'],
      }),
    ],
  },
});

export default config;
