// Who was told of an alert. A notice of an earlier outage of the same region is no word of this one.

import type { AlertView } from '@regionpilot/api/contract';

/** Notices of this time that it fires, by receivers that heard or will hear of it. */
export function openNotices(alert: AlertView): AlertView['notices'] {
  return alert.notices.filter(({ action, atMs }) => action !== 'resolve' && atMs >= alert.startsMs);
}

/** Receivers that have it; of what is over, those that ever had. */
export function toldReceivers(alert: AlertView): readonly string[] {
  return (alert.state === 'resolved' ? alert.notices : openNotices(alert))
    .filter(({ outcome }) => outcome === 'delivered')
    .map(({ receiver }) => receiver);
}
