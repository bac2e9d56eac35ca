// Who did what, and how it was before and after.

import type { AuditEntry, Page } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useResource } from '../io/resource.ts';
import { session } from '../io/store.ts';
import { stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { whyNot } from '../model/orders.ts';
import { Icon } from '../parts/icons.tsx';
import { EntryMark } from '../parts/marks.tsx';
import { ResourceCard } from '../parts/resource-card.tsx';
import { Empty, PageHead } from '../parts/text.tsx';

export function AuditPage(): VNode {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const barred = session.value === null ? null : whyNot(session.value, 'operator');
  const cursor = cursors.at(-1);
  const path = `/api/v1/audit?limit=50${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
  const [resource, retry] = useResource<Page<AuditEntry>>(barred === null ? path : null);
  return (
    <>
      <PageHead title="Audit" sub="Every change a person or a token made, newest first." />
      {barred !== null ? (
        <section class="card">
          <Empty title="Not for this token">{barred}</Empty>
        </section>
      ) : (
        <ResourceCard label="Audit records" resource={resource} retry={retry}>
          {(page) => (
            <>
              {page.items.length === 0 ? <Empty title="Nobody changed anything yet" /> : null}
              <ol class="timeline">
                {page.items.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ol>
              <div class="pager">
                <span class="quiet">{page.total.toLocaleString('en')} records</span>
                <span class="actions">
                  <button
                    type="button"
                    class="button tight"
                    disabled={cursors.length === 0}
                    onClick={() => setCursors(cursors.slice(0, -1))}
                  >
                    Newer
                  </button>
                  <button
                    type="button"
                    class="button tight"
                    disabled={page.next === null}
                    onClick={() => page.next !== null && setCursors([...cursors, page.next])}
                  >
                    Older
                  </button>
                </span>
              </div>
            </>
          )}
        </ResourceCard>
      )}
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }): VNode {
  const [open, setOpen] = useState(false);
  const [date, time] = stamp(entry.atMs).split(' ');
  return (
    <li>
      <button type="button" class="entry-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <time class="entry-time" dateTime={new Date(entry.atMs).toISOString()} title={date}>
          {time}
        </time>
        <EntryMark mark="person" tone="unknown" />
        <span class="entry-text">
          {harmless(entry.actor)}: {harmless(entry.action)} {harmless(entry.target)}
          <small>
            {date} · {harmless(entry.reason)}
          </small>
        </span>
        <Icon name="chevron" class="chev" />
      </button>
      {open ? (
        <div class="evidence">
          <div class="diff">
            <Side name="Before" value={entry.before} />
            <Side name="After" value={entry.after} />
          </div>
          <p class="tiny quiet">
            by {harmless(entry.auth)} · record <code>{harmless(entry.id)}</code> · request{' '}
            <code>{harmless(entry.requestId)}</code>
          </p>
        </div>
      ) : null}
    </li>
  );
}

function Side({ name, value }: { name: string; value: unknown }): VNode {
  const text =
    value === null || value === undefined ? 'nothing' : (JSON.stringify(value, null, 2) ?? '');
  return (
    <div>
      <div class="evidence-title">{name}</div>
      <pre>{text.split('\n').map(harmless).join('\n')}</pre>
    </div>
  );
}
