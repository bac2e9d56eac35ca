// The real Alertmanager as an oracle: the same stories told to it, in real seconds, and to our
// notifier, on its virtual clock. Both must say the same in the same order; where we differ on
// purpose the reason stands beside the story, and both tellings are checked.

import type { Alert, Labels, Notice } from '@regionpilot/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { openReceivers } from '../../../alerts/io/receivers/open.ts';
import { playForReal } from '../../support/alertmanager-desk.ts';
import {
  alertsCases,
  type CaseNotice,
  type CaseWant,
  caseProblems,
} from '../../support/alerts-cases.ts';
import { alertmanagerOf, alertOf, nameOf, playCase } from '../../support/alerts-notify.ts';
import { eventually } from '../../support/eventually.ts';
import { differences, oracleCases } from '../../support/oracle-cases.ts';
import { skipWithoutPrometheus, startAlertmanager } from '../../support/prometheus.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';

const skip = skipWithoutPrometheus('Alertmanager as an oracle');

/** Its clock is the machine's, which is busy; ours is exact. */
const slackS = 1.5;
/** Real seconds on a busy machine: an act that came late is told once more before it counts. */
const realTime = { retry: 2, timeout: 90_000 };

function late(wants: readonly CaseWant[]): readonly CaseWant[] {
  return wants.map((want) => {
    const [from, to] = want.betweenS;
    return { ...want, betweenS: [from - 0.1, to + slackS] };
  });
}

/** `firing a b`, `resolved a`: what was said in which order, whenever it was. */
function said(notices: readonly CaseNotice[]): readonly string[] {
  const names = (labels: readonly Labels[]): string => labels.map(nameOf).sort().join(' ');
  return notices.map(
    ({ firing, resolved }) => `firing [${names(firing)}] resolved [${names(resolved)}]`,
  );
}

describe.skipIf(skip).concurrent('told to both, both say the same', () => {
  const stories = [...alertsCases, ...oracleCases];
  test.for(stories.map((story) => [story.name, story] as const))(
    '%s',
    realTime,
    async ([_name, story], { expect }) => {
      const ours = playCase(story);
      expect(caseProblems(story.wants, ours)).toEqual([]);
      const theirs = await playForReal(story);
      expect(said(theirs)).toEqual(said(ours));
      expect(caseProblems(late(story.wants), theirs)).toEqual([]);
    },
  );
});

describe.skipIf(skip).concurrent('where we differ on purpose', () => {
  test.for(differences.map((each) => [each.story.name, each.reason, each] as const))(
    '%s: %s',
    realTime,
    async ([_name, _reason, { story, theirs: wanted }], { expect }) => {
      expect(caseProblems(story.wants, playCase(story))).toEqual([]);
      const theirs = await playForReal(story);
      expect(caseProblems(late(wanted), theirs)).toEqual([]);
      expect(caseProblems(story.wants, theirs)).not.toEqual([]);
    },
  );
});

describe.skipIf(skip)('alerts that our receiver posts to the real one', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function setUp(peers: number) {
    const hook = await startWebhookReceiver();
    endings.push(hook.close);
    const real = await Promise.all(
      Array.from({ length: peers }, () =>
        startAlertmanager({
          config: {
            route: { receiver: 'hook', group_wait: '0s', group_interval: '1s' },
            receivers: [{ name: 'hook', webhook_configs: [{ url: hook.url }] }],
          },
        }),
      ),
    );
    for (const { stop } of real) endings.push(stop);
    const receiver = { ...alertmanagerOf('am'), urls: real.map(({ url }) => url) };
    const receivers = openReceivers([receiver], new Map());
    endings.push(receivers.close);
    const deliver = receivers.deliver('am');
    if (deliver === null) throw new Error('no such receiver');
    const tell = (notice: Notice) => deliver(notice, 1, Date.now());
    return { hook, urls: receiver.urls, tell };
  }

  type Shown = { readonly labels: Labels; readonly fingerprint: string };
  const active = async (url = ''): Promise<readonly Shown[]> => {
    const response = await fetch(`${url}/api/v2/alerts?active=true`);
    return (await response.json()) as readonly Shown[];
  };

  const noticeOf = (seq: number, action: Notice['action'], alerts: readonly Alert[]): Notice => ({
    v: 1,
    kind: 'notice',
    term: 1,
    receiver: 'am',
    dedupKey: 'rp-0123456789abcdef',
    seq,
    action,
    reason: action === 'resolve' ? 'allResolved' : 'first',
    severity: 'page',
    groupLabels: {},
    alerts,
    truncatedAlerts: 0,
    firing: alerts.flatMap(({ state, fingerprint }) => (state === 'resolved' ? [] : [fingerprint])),
    resolved: [],
    ackedBy: null,
    atMs: Date.now(),
    causeMs: Date.now(),
  });

  const hostile = {
    alertname: 'RegionDown',
    region: 'eu-"west" \\ {a="b"}\n東京 😱',
    group: '<b>',
  };
  const down = alertOf(hostile, {
    startsMs: Date.now() - 60_000,
    annotations: { runbook: 'https://runbooks.invalid/region-down' },
  });
  const over = (): Alert => ({ ...down, state: 'resolved', endsMs: Date.now() });

  test('appear with their labels, letter by letter, and are gone once they resolve', async () => {
    const { hook, urls, tell } = await setUp(1);
    expect(await tell(noticeOf(1, 'trigger', [down]))).toMatchObject({ result: 'accepted' });
    const [shown] = await eventually(async () => {
      const alerts = await active(urls[0]);
      expect(alerts).toHaveLength(1);
      return alerts;
    });
    expect(shown?.labels).toEqual({ ...hostile, severity: 'page' });
    expect(await tell(noticeOf(2, 'resolve', [over()]))).toMatchObject({ result: 'accepted' });
    await eventually(async () => expect(await active(urls[0])).toEqual([]));
    await eventually(() => {
      const statuses = hook.journal().map(({ body }) => JSON.parse(body).status);
      expect(statuses).toEqual(['firing', 'resolved']);
    });
  });

  test('reach every peer, and are not said twice by one that hears them again', async () => {
    const { hook, urls, tell } = await setUp(2);
    await tell(noticeOf(1, 'trigger', [down]));
    await tell(noticeOf(2, 'trigger', [down]));
    for (const url of urls) {
      await eventually(async () => expect(await active(url)).toHaveLength(1));
    }
    await tell(noticeOf(3, 'resolve', [over()]));
    for (const url of urls) {
      await eventually(async () => expect(await active(url)).toEqual([]));
    }
    // Two peers that do not know each other: each tells its own firing and its own resolved, once.
    await eventually(() => {
      const statuses = hook.journal().map(({ body }) => JSON.parse(body).status);
      expect(statuses.toSorted()).toEqual(['firing', 'firing', 'resolved', 'resolved']);
    });
  });

  test('are known by the fingerprint that we compute', async () => {
    const { urls, tell } = await setUp(1);
    await tell(noticeOf(1, 'trigger', [down]));
    const [shown] = await eventually(async () => {
      const alerts = await active(urls[0]);
      expect(alerts).toHaveLength(1);
      return alerts;
    });
    expect(shown?.fingerprint).toBe(alertOf({ ...hostile, severity: 'page' }).fingerprint);
  });

  test('a heartbeat fires and a probe has ended before anybody is told', async () => {
    const { hook, urls, tell } = await setUp(1);
    expect(await tell(noticeOf(1, 'probe', []))).toMatchObject({ result: 'accepted' });
    expect(await tell(noticeOf(2, 'heartbeat', []))).toMatchObject({ result: 'accepted' });
    await eventually(() => expect(hook.journal()).toHaveLength(1));
    const names = (await active(urls[0])).map(({ labels }) => labels['alertname']);
    expect(names).toEqual(['RegionPilotHeartbeat']);
  });
});
