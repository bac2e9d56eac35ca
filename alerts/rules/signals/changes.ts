// Changes worth recording that open nothing: a failover that was carried out, a region back in use,
// an operator's order. The id is made of the decision or order itself, so whoever tells it again
// tells the same change.

import type { Decision, IncidentEvent, Override } from '@regionpilot/protocol';
import type { ChangeEvent } from '../../rule.ts';
import { thousands } from '../words.ts';
import type { Failover } from './world.ts';

export function failoverDone(
  group: string,
  { from, targets, term, epoch, text, reason }: Failover,
  { clients, applied, tookMs }: Extract<IncidentEvent, { readonly kind: 'converged' }>,
  atMs: number,
): ChangeEvent {
  const who = reason === 'regionDown' ? 'everybody' : 'one home';
  const where = targets.length === 0 ? '' : ` for ${targets.join(', ')}`;
  return {
    id: `failover-${group}-${term}.${epoch}${reason === 'regionDown' ? '' : `-${from}`}`,
    labels: { alertname: 'failoverDone', group, region: from },
    summary: `${group}: ${who} left ${from}${where}, confirmed by all ${thousands(applied)} clients within ${(tookMs / 1_000).toFixed(1)} s`,
    description: text,
    annotations: { version: `${term}.${epoch}`, clients: String(clients), tookMs: String(tookMs) },
    atMs,
  };
}

export function returnDone(decision: Decision, region: string, atMs: number): ChangeEvent {
  const { group, term, epoch, text } = decision;
  return {
    id: `return-${group}-${region}-${term}.${epoch}`,
    labels: { alertname: 'returnDone', group, region },
    summary: `${group}: ${region} is back in use for all its clients`,
    description: text,
    annotations: { version: `${term}.${epoch}` },
    atMs,
  };
}

/** What an order changed against the one before it, in words; empty: nothing of substance. */
export function orderChanges(
  group: string,
  before: Override | null,
  after: Override | null,
  atMs: number,
): readonly ChangeEvent[] {
  const source = after ?? before;
  if (source === null) return [];
  const id = `override-${group}-${source.atMs}${after === null ? '-ended' : ''}`;
  const author = after === null ? 'ended' : `${after.author}: ${after.reason}`;
  return [holdWords(before, after), modeWords(before, after)].flatMap((words, index) =>
    words === null
      ? []
      : [
          {
            id: `${id}-${index === 0 ? 'hold' : 'automation'}`,
            labels: { alertname: index === 0 ? 'operatorHold' : 'automation', group },
            summary: `${group === '*' ? 'all groups' : group}: ${words}`,
            description: author,
            annotations: { author: source.author, reason: source.reason },
            atMs,
          },
        ],
  );
}

function holdWords(before: Override | null, after: Override | null): string | null {
  const was = holdText(before);
  const is = holdText(after);
  if (was === is) return null;
  return is === null ? `the hold "${was}" ended` : `an operator orders: ${is}`;
}

function holdText(override: Override | null): string | null {
  const hold = override?.hold ?? null;
  if (hold === null) return null;
  return hold.kind === 'use' ? `everybody to ${hold.region}` : `nobody to ${hold.region}`;
}

function modeWords(before: Override | null, after: Override | null): string | null {
  const was = before?.automation ?? 'enforce';
  const is = after?.automation ?? 'enforce';
  if (was === is) return null;
  const words = { off: 'automation is switched off', shadow: 'automation only watches (shadow)' };
  return is === 'enforce' ? 'automation acts again' : words[is];
}
