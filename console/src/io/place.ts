// Where the page is: the address bar as a signal.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Place, parsePlace, pathOf } from '../model/route.ts';

const current = signal<Place>(parsePlace(location.pathname, location.search));

/** The page's place. */
export const place: ReadonlySignal<Place> = current;

/** Goes there. `replace` keeps it out of the history, for a handle that is being dragged. */
export function goTo(to: Place, how: 'push' | 'replace' = 'push'): void {
  const path = pathOf(to);
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  const samePage = current.value.kind === to.kind;
  current.value = to;
  if (how === 'push' && !samePage) {
    scrollTo(0, 0);
    document.getElementById('main')?.focus({ preventScroll: true });
  }
}

addEventListener('popstate', () => {
  current.value = parsePlace(location.pathname, location.search);
});

/** Links inside the page change the place instead of loading it again. */
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest('a');
  if (link === null || link === undefined || link.origin !== location.origin) return;
  if (link.target !== '' || link.hasAttribute('download') || link.hash !== '') return;
  const to = parsePlace(link.pathname, link.search);
  if (to.kind === 'nowhere') return;
  event.preventDefault();
  goTo(to);
});
