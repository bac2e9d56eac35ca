// The timeline: what happened, newest first; each entry opens its evidence.

import type { TimelineEntry } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { entryLook } from '../model/entry.ts';
import { entryLine } from '../model/entry-line.ts';
import { ago, clock, stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { Evidence } from './evidence.tsx';
import { Icon } from './icons.tsx';
import { EntryMark } from './marks.tsx';
import { Empty } from './text.tsx';

export function Timeline(props: {
  entries: readonly TimelineEntry[];
  /** Id of the entry that is open from the start. */
  open?: string | null;
  /** Entries after this moment are dimmed; null: none. */
  atMs?: number | null;
  withGroup?: boolean;
  empty?: string;
}): VNode {
  const at = props.atMs ?? null;
  const current = at === null ? null : props.entries.find((entry) => entry.atMs <= at);
  const [most, setMost] = useState(pageOf(props));
  if (props.entries.length === 0) {
    return (
      <Empty title={props.empty ?? 'Nothing happened yet'}>
        Transitions, decisions and refusals appear here.
      </Empty>
    );
  }
  return (
    <>
      <ol class="timeline">
        {props.entries.slice(0, most).map((entry) => (
          <Entry
            key={entry.id}
            entry={entry}
            opened={props.open === entry.id}
            when={at === null ? '' : entry === current ? 'now' : entry.atMs > at ? 'dim' : ''}
            withGroup={props.withGroup === true}
          />
        ))}
      </ol>
      {props.entries.length > most ? (
        <div class="pager">
          <span class="quiet">
            {most} of {props.entries.length}
          </span>
          <button type="button" class="button tight" onClick={() => setMost(most + 4 * page)}>
            Show older
          </button>
        </div>
      ) : null}
    </>
  );
}

/** Entries shown at first. */
const page = 25;

/** Enough to reach the entry a link names, or the moment it is about. */
function pageOf({
  entries,
  open,
  atMs,
}: {
  entries: readonly TimelineEntry[];
  open?: string | null;
  atMs?: number | null;
}): number {
  const wanted = entries.findIndex(
    (e) => e.id === open || (typeof atMs === 'number' && e.atMs <= atMs),
  );
  return Math.max(page, wanted + 5);
}

function Entry(props: {
  entry: TimelineEntry;
  opened: boolean;
  when: string;
  withGroup: boolean;
}): VNode {
  const { entry } = props;
  const [open, setOpen] = useState(props.opened);
  const look = entryLook(entry);
  const line = entryLine(entry);
  const panel = `evidence-${entry.id}`;
  const about = [
    look.word,
    ...(props.withGroup ? [harmless(entry.group)] : []),
    ...(entry.actor === null ? [] : [harmless(entry.actor)]),
    ago(entry.atMs, now.value),
  ];
  return (
    <li class={props.when} id={`entry-${entry.id}`}>
      <button
        type="button"
        class="entry-head"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        <time
          class="entry-time"
          dateTime={new Date(entry.atMs).toISOString()}
          title={stamp(entry.atMs)}
        >
          {clock(entry.atMs, true)}
        </time>
        <EntryMark mark={look.mark} tone={look.tone} />
        <span class="entry-text">
          {harmless(line.head)}
          {line.tail === '' ? null : <span class="entry-tail">{harmless(line.tail)}</span>}
          <small>{about.join(' · ')}</small>
        </span>
        <Icon name="chevron" class="chev" />
      </button>
      <div id={panel}>{open ? <Evidence entry={entry} /> : null}</div>
    </li>
  );
}
