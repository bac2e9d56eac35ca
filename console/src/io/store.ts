// The page's state: who is asking, what the fleet does, how the line is. Everything else on the page
// is derived from these signals and the clock.

import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { SessionInfo } from '@regionpilot/api/contract';
import { applyMessage, emptyFleet, type Fleet } from '../model/fleet.ts';
import { type Line, type Staleness, staleness } from '../model/freshness.ts';
import { ApiProblem, get } from './api.ts';
import { followServer, now } from './clock.ts';
import { followLive } from './live.ts';
import { storeToken } from './storage.ts';

/** `signedOut` shows the page that asks for a token. */
export type Access =
  | { readonly kind: 'asking' }
  | { readonly kind: 'signedIn'; readonly session: SessionInfo }
  | { readonly kind: 'signedOut'; readonly why: string | null };

export const access: Signal<Access> = signal<Access>({ kind: 'asking' });
export const fleet: Signal<Fleet> = signal(emptyFleet);
export const line: Signal<Line> = signal<Line>({ kind: 'connecting', sinceMs: 0 });

/** The session, or null while signed out. */
export const session: ReadonlySignal<SessionInfo | null> = computed(() =>
  access.value.kind === 'signedIn' ? access.value.session : null,
);

/** How true the page is. */
export const freshness: ReadonlySignal<Staleness> = computed(() =>
  staleness(line.value, fleet.value.groups, now.value),
);

let following = new AbortController();

/** Asks who we are; with an answer, follows the live stream. */
export async function open(): Promise<void> {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  try {
    const info = await get<SessionInfo>('/api/v1/session', signal);
    followServer(info.nowMs);
    access.value = { kind: 'signedIn', session: info };
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ApiProblem && error.problem.status === 401) return signOut(null);
  }
  await followLive({ onMessages, onLine, onDenied: () => signOut('Your access ended.') }, signal);
}

function onMessages(messages: Parameters<Parameters<typeof followLive>[0]['onMessages']>[0]): void {
  batch(() => {
    for (const message of messages) {
      if (message.kind === 'snapshot') {
        followServer(message.nowMs);
        if (access.value.kind !== 'signedIn') void askAgain();
      }
      fleet.value = applyMessage(fleet.value, message);
    }
  });
}

/** The first question was not answered, since the server was away; now it is there. */
async function askAgain(): Promise<void> {
  const info = await get<SessionInfo>('/api/v1/session').catch(() => null);
  if (info !== null) access.value = { kind: 'signedIn', session: info };
}

function onLine(next: Line): void {
  line.value = next;
}

/** Forgets the token and shows the page that asks for one. */
export function signOut(why: string | null): void {
  following.abort();
  storeToken(null);
  batch(() => {
    access.value = { kind: 'signedOut', why };
    fleet.value = emptyFleet;
  });
}

/** Tries a token. Resolves to what is wrong with it, or null. */
export async function signIn(token: string): Promise<string | null> {
  storeToken(token);
  try {
    await get<SessionInfo>('/api/v1/session');
  } catch (error) {
    storeToken(null);
    return error instanceof ApiProblem ? error.problem.detail : 'The token was not accepted.';
  }
  access.value = { kind: 'asking' };
  open().catch(() => undefined);
  return null;
}
