// What an operator means by a few letters: an alert by its fingerprint, or a story by its dedup key.

import type { AlertsView } from '@regionpilot/alerts';
import type { Notice } from '@regionpilot/protocol';
import { usageError } from '../exit.ts';
import { noticesByAlert } from './listed.ts';

export type Target =
  | { readonly kind: 'alert'; readonly fingerprint: string }
  | { readonly kind: 'story'; readonly dedupKey: string };

/** @throws {PipelineError} CONFIG_INVALID when nothing, or more than one thing, is meant. */
export function findTarget(text: string, view: AlertsView): Target {
  const stories = new Set([...view.notices.values()].map(({ dedupKey }) => dedupKey));
  const found: readonly Target[] = [
    ...starting(text.toLowerCase(), [...view.alerts.keys()]).map(
      (fingerprint) => ({ kind: 'alert', fingerprint }) as const,
    ),
    ...starting(text, [...stories]).map((dedupKey) => ({ kind: 'story', dedupKey }) as const),
  ];
  const [target, another] = found;
  if (target === undefined) {
    throw usageError(
      `There is no alert and no dedup key that begins with ${text}: "regionpilot alerts list" shows them`,
    );
  }
  if (another !== undefined)
    throw usageError(`${text} may mean ${namesOf(found)}: type more of it`);
  return target;
}

/** The newest notice of each receiver that speaks of it. */
export function noticesOf(target: Target, view: AlertsView): readonly Notice[] {
  if (target.kind === 'alert') return noticesByAlert(view).get(target.fingerprint) ?? [];
  return [...view.notices.values()].filter(({ dedupKey }) => dedupKey === target.dedupKey);
}

/**
 * The stories an ack of it is for: those that are open.
 * @throws {PipelineError} CONFIG_INVALID when there is none.
 */
export function storiesToAck(target: Target, view: AlertsView): readonly string[] {
  const notices = noticesOf(target, view);
  const open = notices.filter(({ firing }) =>
    target.kind === 'alert' ? firing.includes(target.fingerprint) : firing.length > 0,
  );
  if (open.length > 0) return [...new Set(open.map(({ dedupKey }) => dedupKey))];
  const name = target.kind === 'alert' ? target.fingerprint : target.dedupKey;
  throw usageError(
    notices.length === 0
      ? `Nobody was told of ${name} yet, so there is nothing to acknowledge; a silence keeps it from being told`
      : `${name} is over: there is nothing to acknowledge`,
  );
}

/** An exact name means itself, whatever else begins with it. */
export function starting(text: string, names: readonly string[]): readonly string[] {
  return names.includes(text) ? [text] : names.filter((name) => name.startsWith(text)).sort();
}

function namesOf(targets: readonly Target[]): string {
  const names = targets.map((each) => (each.kind === 'alert' ? each.fingerprint : each.dedupKey));
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
