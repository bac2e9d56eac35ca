// The loud banner: what you see may not be true any more. Assertive for screen readers, in the tab's
// title for those who look elsewhere.

import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { fleet, freshness } from '../io/store.ts';
import { urgentAlerts } from '../model/fleet.ts';
import { duration } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { situation } from '../model/situation.ts';
import { Icon } from './icons.tsx';

export function Banner(): VNode {
  const is = freshness.value;
  return (
    <>
      {is.kind === 'fresh' ? null : (
        <section class="banner" data-kind={is.kind} aria-label="Connection">
          <Icon name="warn" />
          <span>
            {harmless(is.text)}
            {is.kind === 'disconnected'
              ? ` Trying again ${is.retryInMs < 1_000 ? 'now' : `in ${duration(is.retryInMs)}`}.`
              : ''}
          </span>
        </section>
      )}
      <div class="unseen" aria-live="assertive">
        {spoken[is.kind]}
      </div>
    </>
  );
}

/** Said once per change of kind, without the counting seconds of the text on screen. */
const spoken = {
  fresh: '',
  disconnected: 'The connection is lost. What you see is out of date.',
  silent: 'Nothing is heard from the server. What you see may be out of date.',
  oldData: 'The data of some groups is stale.',
} as const;

/** Newest decision, said politely to those who cannot see it appear. */
export function Announcer(): VNode {
  const newest = fleet.value.timeline.find(
    (entry) => entry.event.kind === 'decided' || entry.event.kind === 'refused',
  );
  return (
    <div class="unseen" aria-live="polite">
      {newest === undefined ? '' : `${harmless(newest.group)}: ${harmless(newest.text)}`}
    </div>
  );
}

/** The tab's title shows trouble: stale data, then how bad it is, then how many alerts wait. */
export function TabTitle(): null {
  const stale = freshness.value.kind !== 'fresh';
  const { tone } = situation(fleet.value.groups, now.value);
  const alerts = urgentAlerts(fleet.value).length;
  const sign = stale
    ? '⚠ STALE · '
    : fleet.value.known && tone === 'bad'
      ? '✖ '
      : tone === 'watch'
        ? '▲ '
        : '';
  const title = `${sign}${alerts > 0 ? `(${alerts}) ` : ''}RegionPilot`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}
