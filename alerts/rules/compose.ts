// A tracker in the words and form of an alert.

import type { Alert, Labels, Severity } from '@regionpilot/protocol';
import { type Context, contextOf, isMitigatedBy } from './context.ts';
import type { ReadyRule } from './prepare.ts';
import type { RulesConfig, RulesState, Tracker } from './state.ts';
import { renderTemplate } from './templates.ts';
import { cut, percent } from './words.ts';

/** Annotations taken from the circumstances as they are. */
const told = [
  'target',
  'evidence',
  'decision',
  'version',
  'refusal',
  'lastError',
  'incident',
] as const;
const annotationMost = 1_000;

export function severityOf(state: RulesState, { rule }: ReadyRule, tracker: Tracker): Severity {
  const { severity, severityMitigated } = rule;
  if (severityMitigated === null) return severity;
  // It is over, only not for long enough: what ends the story of a failover must not wake anybody.
  if (tracker.state === 'recovering' && tracker.alert !== null) return tracker.alert.severity;
  return isMitigatedBy(state.world, tracker.labels) ? severityMitigated : severity;
}

/** The alert as of now, with fresh words. */
export function composeAlert(
  state: RulesState,
  ready: ReadyRule,
  tracker: Tracker,
  config: RulesConfig,
  why: string,
): Alert {
  if (tracker.state === 'ok' && tracker.alert !== null) return ended(tracker, tracker.alert, why);
  const context = contextOf(state.world, tracker.labels);
  const { labels, value } = tracker;
  const scope = { labels, value, context, state: tracker.state };
  return {
    fingerprint: tracker.fingerprint,
    labels,
    severity: severityOf(state, ready, tracker),
    state: tracker.state === 'ok' ? 'resolved' : tracker.state,
    startsMs: tracker.startsMs,
    endsMs: tracker.state === 'ok' ? tracker.endsMs : null,
    updatedMs: state.nowMs,
    expiresMs: null,
    summary: oneLine(renderTemplate(ready.summary, scope), ready.rule.name),
    description: renderTemplate(ready.description, scope).trim(),
    annotations: { ...incidentBefore(tracker), ...annotationsOf(ready, context, config) },
    value,
    flapping: tracker.flapping,
    why,
  };
}

/** Its last words stay: what ended is what was told. */
function ended(tracker: Tracker, alert: Alert, why: string): Alert {
  const updatedMs = tracker.endsMs;
  const { value } = tracker;
  return { ...alert, state: 'resolved', endsMs: updatedMs, updatedMs, flapping: false, value, why };
}

/** An alert outlasts its incident by a while, and still belongs to it. */
function incidentBefore({ alert }: Tracker): Labels {
  const incident = alert?.state === 'resolved' ? undefined : alert?.annotations['incident'];
  return incident === undefined ? {} : { incident };
}

function oneLine(text: string, name: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' ? name : line;
}

function annotationsOf({ rule }: ReadyRule, context: Context, config: RulesConfig): Labels {
  const annotations: Record<string, string> = {
    runbook: linkOf(config.runbookBase, rule.runbook),
    dashboard: linkOf(config.dashboardBase, rule.dashboard),
  };
  for (const name of told) {
    const value = context[name];
    if (value !== undefined) annotations[name] = cut(String(value), annotationMost);
  }
  const { movedShare, errorRatioNow } = context;
  if (typeof movedShare === 'number') annotations['movedShare'] = `${movedShare} %`;
  if (typeof errorRatioNow === 'number') annotations['errorRatioNow'] = percent(errorRatioNow);
  return annotations;
}

function linkOf(base: string, link: string): string {
  if (base === '' || /^[a-z]+:\/\//i.test(link)) return link;
  return `${base.replace(/\/+$/, '')}/${link.replace(/^\/+/, '')}`;
}
