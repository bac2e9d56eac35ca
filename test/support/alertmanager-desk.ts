// Tells a shared case to a real Alertmanager, in real seconds, and collects what it had to say.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Labels, Matcher } from '@regionpilot/protocol';
import { parseMatcher } from '../../alerts/notify/matchers.ts';
import type { AlertsCase, CaseAct, CaseNotice } from './alerts-cases.ts';
import { startAlertmanager } from './prometheus.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

/** Takes as long as the case says. */
export async function playForReal(story: AlertsCase): Promise<readonly CaseNotice[]> {
  const receiver = await startWebhookReceiver();
  const alertmanager = await startAlertmanager({ config: configOf(story, receiver.url) });
  try {
    const startMs = Date.now();
    const desk = deskAt(alertmanager.url);
    for (const act of story.acts) {
      await until(startMs + act.atS * 1_000);
      await desk(act, startMs);
    }
    await until(startMs + story.untilS * 1_000);
    return receiver.journal().map(({ atMs, body }) => noticeOf(body, (atMs - startMs) / 1_000));
  } finally {
    await alertmanager.stop();
    await receiver.close();
  }
}

function until(atMs: number): Promise<void> {
  return sleep(Math.max(0, atMs - Date.now()));
}

function configOf({ rhythm, groupBy, inhibit }: AlertsCase, url: string): object {
  return {
    route: {
      receiver: 'hook',
      group_by: groupBy,
      group_wait: `${rhythm.groupWaitMs}ms`,
      group_interval: `${rhythm.groupIntervalMs}ms`,
      repeat_interval: `${rhythm.repeatIntervalMs}ms`,
    },
    inhibit_rules: inhibit.map(({ source, target, equal }) => ({
      source_matchers: source,
      target_matchers: target,
      equal,
    })),
    receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true }] }],
  };
}

function deskAt(url: string): (act: CaseAct, startMs: number) => Promise<void> {
  const started = new Map<string, string>();
  const silences = new Map<string, string>();
  return async (act, startMs) => {
    const now = new Date().toISOString();
    switch (act.kind) {
      case 'fire':
      case 'resolve': {
        const ended = act.kind === 'resolve' ? { endsAt: now } : {};
        const alerts = act.alerts.map((labels) => {
          const startsAt = started.get(JSON.stringify(labels)) ?? now;
          if (act.kind === 'fire') started.set(JSON.stringify(labels), startsAt);
          else started.delete(JSON.stringify(labels));
          return { labels, startsAt, ...ended };
        });
        await ask(`${url}/api/v2/alerts`, 'POST', alerts);
        return;
      }
      case 'silence': {
        const endsAt = new Date(startMs + act.untilS * 1_000).toISOString();
        const matchers = act.matchers.map(matcherOf);
        const silence = { matchers, startsAt: now, endsAt, createdBy: 'ada', comment: 'case' };
        const answer = await ask(`${url}/api/v2/silences`, 'POST', silence);
        silences.set(act.id, JSON.parse(answer).silenceID);
        return;
      }
      case 'endSilence':
        await ask(`${url}/api/v2/silence/${silences.get(act.id)}`, 'DELETE');
    }
  };
}

async function ask(url: string, method: string, body?: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
  const response = await fetch(url, { method, ...sent });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: HTTP ${response.status} ${answer}`);
  return answer;
}

function matcherOf(text: string): object {
  const parsed = parseMatcher(text);
  if (parsed.kind === 'problem') throw new Error(parsed.problem);
  const { label, op, value }: Matcher = parsed.matcher;
  const isRegex = op === '=~' || op === '!~';
  return { name: label, value, isRegex, isEqual: op === '=' || op === '=~' };
}

type Posted = {
  readonly alerts: readonly { readonly status: string; readonly labels: Labels }[];
};

function noticeOf(body: string, atS: number): CaseNotice {
  const { alerts } = JSON.parse(body) as Posted;
  const of = (wanted: string): readonly Labels[] =>
    alerts.filter(({ status }) => status === wanted).map(({ labels }) => labels);
  return { atS, firing: of('firing'), resolved: of('resolved') };
}
