// The time scrubber: drag, step from entry to entry, or play an incident again. What it shows of the
// past comes from the server's replay, not from what this page happens to remember.

import type { MomentInThePast, TimelineEntry } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { usePlayer } from '../io/player.ts';
import { useResource } from '../io/resource.ts';
import { entryLook } from '../model/entry.ts';
import { admitted, clock, stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { entryAt, momentAt, playedTo, positionOf, type Span, stepTo } from '../model/scrub.ts';
import { HealthWord } from './marks.tsx';
import { IconButton, Problem } from './text.tsx';

export type ScrubberProps = {
  readonly group: string;
  readonly entries: readonly TimelineEntry[];
  readonly span: Span;
  /** null: live. */
  readonly atMs: number | null;
  /** `settled` when the handle was let go: time to change the address. */
  readonly onMove: (atMs: number | null, settled: boolean) => void;
};

const steps = 1_000;

export function Scrubber(props: ScrubberProps): VNode {
  const { entries, span, onMove } = props;
  const [playing, setPlaying] = useState(false);
  const at = props.atMs ?? span.toMs;
  const jump = (direction: 'next' | 'previous'): void =>
    onMove(stepTo(entries, at, direction, span), true);
  usePlayer(playing, (elapsedMs) => {
    const next = playedTo(at, elapsedMs, span);
    if (next >= span.toMs) setPlaying(false);
    onMove(next, next >= span.toMs);
  });
  const play = (): void => {
    if (playing) onMove(at, true);
    else if (at >= span.toMs) onMove(span.fromMs, false);
    setPlaying(!playing);
  };
  return (
    <>
      <div class="scrub">
        <IconButton
          icon={playing ? 'pause' : 'play'}
          label={playing ? 'Pause' : 'Play it again'}
          onPress={play}
        />
        <IconButton icon="previous" label="Previous entry" onPress={() => jump('previous')} />
        <IconButton icon="next" label="Next entry" onPress={() => jump('next')} />
        <div class="scrub-track">
          <Ticks entries={entries} span={span} />
          <input
            type="range"
            min={0}
            max={steps}
            value={Math.round(positionOf(at, span) * steps)}
            aria-label="Moment"
            aria-valuetext={stamp(at)}
            onInput={(event) =>
              onMove(momentAt(Number(event.currentTarget.value) / steps, span), false)
            }
            onChange={(event) =>
              onMove(momentAt(Number(event.currentTarget.value) / steps, span), true)
            }
            onKeyDown={(event) => {
              if (event.key === ' ') play();
              else if (event.key === 'ArrowRight') jump('next');
              else if (event.key === 'ArrowLeft') jump('previous');
              else return;
              event.preventDefault();
            }}
          />
        </div>
        {props.atMs === null ? (
          <span class="chip tone-calm">Live</span>
        ) : (
          <button type="button" class="button tight" onClick={() => onMove(null, true)}>
            Back to live
          </button>
        )}
      </div>
      {props.atMs === null ? null : <Past {...props} atMs={props.atMs} />}
    </>
  );
}

/** Where on the track the entries lie. */
function Ticks({ entries, span }: { entries: readonly TimelineEntry[]; span: Span }): VNode {
  return (
    <svg aria-hidden="true">
      {entries.map((entry) => (
        <line
          key={entry.id}
          class={`tone-${entryLook(entry).tone}`}
          x1={`${positionOf(entry.atMs, span) * 100}%`}
          x2={`${positionOf(entry.atMs, span) * 100}%`}
          y1="0"
          y2="9"
          stroke="currentColor"
          stroke-width="2"
        />
      ))}
    </svg>
  );
}

/** The group as it was. Only an entry changes it, so it is asked for once per entry. */
function Past({ group, entries, atMs }: ScrubberProps & { readonly atMs: number }): VNode {
  const askMs = entryAt(entries, atMs)?.atMs ?? Math.round(atMs);
  const [resource] = useResource<MomentInThePast>(
    `/api/v1/groups/${encodeURIComponent(group)}/replay?at=${askMs}`,
  );
  return (
    <div class="past" aria-live="polite">
      <b class="nowrap" title={stamp(atMs)}>
        {clock(atMs, true)}
      </b>
      {resource.kind === 'refused' ? <Problem problem={resource.problem} /> : null}
      {resource.kind === 'there'
        ? resource.value.regions.map((region) => (
            <span key={region.region} class="nowrap">
              {harmless(region.region)} <HealthWord health={region.health} />{' '}
              {admitted(region.admit)}
            </span>
          ))
        : null}
      {resource.kind === 'there' ? (
        <span class="soft">
          {resource.value.term}.{resource.value.epoch}: {harmless(resource.value.text)}
        </span>
      ) : null}
    </div>
  );
}
