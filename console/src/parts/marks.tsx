// Marks: the shapes that say how something is. Shape first, colour second, so that nobody needs to
// tell red from green: a disc with a tick is well, a triangle is suspect, an octagon is down, a broken
// ring is unknown.

import type { Health } from '@regionpilot/protocol';
import type { VNode } from 'preact';
import type { Mark } from '../model/entry.ts';
import { titled } from '../model/format.ts';
import type { Tone } from '../model/situation.ts';

const shapes: Readonly<Record<Tone, VNode>> = {
  calm: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m5 8.3 2.1 2.1L11.2 6" fill="none" stroke="var(--surface)" stroke-width="1.7" />
    </>
  ),
  watch: (
    <>
      <path
        d="M8 1.2 15.2 14.4H.8z"
        fill="currentColor"
        stroke="currentColor"
        stroke-linejoin="round"
      />
      <path d="M8 6v4M8 11.4v1.4" stroke="var(--surface)" stroke-width="1.7" />
    </>
  ),
  bad: (
    <>
      <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentColor" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" stroke="var(--surface)" stroke-width="1.8" />
    </>
  ),
  unknown: (
    <circle
      cx="8"
      cy="8"
      r="6.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-dasharray="2.6 2.2"
    />
  ),
};

const toneWords: Readonly<Record<Tone, string>> = {
  calm: 'fine',
  watch: 'needs a look',
  bad: 'bad',
  unknown: 'no judgement',
};

/** The mark of a tone. */
export function ToneMark({ tone, large = false }: { tone: Tone; large?: boolean }): VNode {
  return (
    <svg
      class={`mark tone-${tone} ${large ? 'mark-l' : ''}`}
      viewBox="0 0 16 16"
      role="img"
      aria-label={toneWords[tone]}
    >
      {shapes[tone]}
    </svg>
  );
}

const healthTone: Readonly<Record<Health, Tone>> = {
  healthy: 'calm',
  suspect: 'watch',
  down: 'bad',
  unknown: 'unknown',
};

/** The tone of a health; what is not known is `unknown`. */
export function toneOf(health: string): Tone {
  return healthTone[health as Health] ?? 'unknown';
}

/** A health: mark and word. */
export function HealthWord({ health }: { health: string }): VNode {
  const tone = toneOf(health);
  return (
    <span class={`health tone-${tone}`}>
      <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
        {shapes[tone]}
      </svg>
      {titled(health)}
    </span>
  );
}

const entryShapes: Readonly<Record<Exclude<Mark, 'health'>, VNode>> = {
  decision: (
    <path d="M2 8h9M7.5 3.5 12 8l-4.5 4.5" fill="none" stroke="currentColor" stroke-width="2" />
  ),
  refusal: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.8" />
      <path d="m3.8 3.8 8.4 8.4" stroke="currentColor" stroke-width="1.8" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5" r="3" fill="currentColor" />
      <path d="M2.5 14c0-3.5 2.5-5 5.5-5s5.5 1.5 5.5 5z" fill="currentColor" />
    </>
  ),
  machine: (
    <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" fill="none" stroke="currentColor" stroke-width="1.8" />
  ),
  done: (
    <path d="m2.5 8.5 3.6 3.600L13.5 4.5" fill="none" stroke="currentColor" stroke-width="2.2" />
  ),
};

/** The mark of a timeline entry. */
export function EntryMark({ mark, tone }: { mark: Mark; tone: Tone }): VNode {
  return (
    <svg class={`mark tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {mark === 'health' ? shapes[tone] : entryShapes[mark]}
    </svg>
  );
}
