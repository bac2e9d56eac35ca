// The keyboard: listens on the page, leaves typing alone.

import { chordMs, pressed } from '../model/shortcuts.ts';

type Action = NonNullable<ReturnType<typeof pressed>['action']>;

/** Calls `act` for every shortcut until the returned function is called. */
export function listenToKeys(act: (action: Action) => void): () => void {
  let pending: string | null = null;
  let pendingAtMs = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const held = event.timeStamp - pendingAtMs < chordMs ? pending : null;
    const next = pressed(held, event.key);
    pending = next.pending;
    pendingAtMs = event.timeStamp;
    if (next.action === null) return;
    event.preventDefault();
    act(next.action);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input:not([type=range]), textarea, select')
  );
}
