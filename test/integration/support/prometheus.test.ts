// The real Prometheus and Alertmanager start on loopback, work together and leave nothing behind.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { serveLoopback } from '../../support/loopback-server.ts';
import {
  skipWithoutPrometheus,
  startAlertmanager,
  startPrometheus,
} from '../../support/prometheus.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe.skipIf(skipWithoutPrometheus('Prometheus and Alertmanager'))('the real ones', () => {
  test('a metric over its threshold reaches a webhook by way of both', async () => {
    const receiver = await startWebhookReceiver();
    endings.push(receiver.close);
    const target = await serveLoopback((_request, response) => {
      response.end('fault 1\n');
    });
    endings.push(target.close);
    const alertmanager = await startAlertmanager({
      config: {
        route: { receiver: 'hook', group_wait: '0s', group_interval: '1s' },
        receivers: [{ name: 'hook', webhook_configs: [{ url: receiver.url }] }],
      },
    });
    endings.push(alertmanager.stop);
    const prometheus = await startPrometheus({
      targets: [`127.0.0.1:${target.port}`],
      rules: { groups: [{ name: 'g', rules: [{ alert: 'Fault', expr: 'fault > 0' }] }] },
      alertmanagers: [`127.0.0.1:${alertmanager.port}`],
    });
    endings.push(prometheus.stop);
    const message = await eventually(() => {
      const [first] = receiver.messages();
      if (first === undefined) throw new Error(`nothing came\n${alertmanager.output()}`);
      return JSON.parse(first.body);
    });
    expect(message).toMatchObject({
      version: '4',
      status: 'firing',
      alerts: [{ labels: { alertname: 'Fault', job: 'targets' } }],
    });
  });

  test('a config it does not understand is told with its last words', async () => {
    await expect(startAlertmanager({ config: { route: 'none' } })).rejects.toThrow(/It ended: .*/s);
  });
});

describe('a machine that has neither and may not fetch them', () => {
  const script = `
    import { skipWithoutPrometheus } from '${join(import.meta.dirname, '../../support/prometheus.ts')}';
    console.log(skipWithoutPrometheus('a suite'));`;
  const run = async (env: Readonly<Record<string, string>>) => {
    const path = mkdtempSync(join(tmpdir(), 'regionpilot-poor-'));
    endings.push(async () => rmSync(path, { recursive: true, force: true }));
    const missing = { REGIONPILOT_ALERTMANAGER: '/missing', REGIONPILOT_PROMETHEUS: '/missing' };
    return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: path, ...missing, ...env },
    });
  };

  test('a suite is skipped loudly, with the cure', async () => {
    const { stdout, stderr } = await run({});
    expect(stdout.trim()).toBe('true');
    expect(stderr).toContain('SKIPPED a suite: alertmanager and prometheus are not on PATH');
  });

  test('under CI a skip is a failure', async () => {
    await expect(run({ CI: 'true' })).rejects.toThrow(/cannot be fetched by apt-get/);
  });
});
