// Silences: what is muted, by whom, why, and for how long still.

import type { Page, SilenceView } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { useResource } from '../io/resource.ts';
import { fleet, session } from '../io/store.ts';
import { countdown, plural } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { reasonMin, whyNot } from '../model/orders.ts';
import { GuardedForm, ReasonField } from '../parts/guarded-form.tsx';
import { SilenceDialog } from '../parts/silence-dialog.tsx';
import { Empty, GuardedButton, Name, PageHead } from '../parts/text.tsx';

export function SilencesPage(): VNode {
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<SilenceView | null>(null);
  const [past] = useResource<Page<SilenceView>>('/api/v1/silences?expired=true', 15_000);
  const barred = whyNot(session.value, 'operator');
  const current = fleet.value.silences.filter((s) => s.state !== 'expired');
  const over = past.kind === 'there' ? past.value.items.filter((s) => s.state === 'expired') : [];
  return (
    <>
      <PageHead
        title="Silences"
        sub="Muted alerts still show here; only nobody is told of them."
        actions={
          <GuardedButton
            label="New silence…"
            tone="primary"
            whyNot={barred}
            onPress={() => setCreating(true)}
          />
        }
      />
      <section class="card" aria-label="Silences in force">
        {current.length === 0 ? (
          <Empty title="Nothing is muted" />
        ) : (
          <Table silences={current} barred={barred} onEnd={setEnding} />
        )}
      </section>
      {over.length === 0 ? null : (
        <section class="card" aria-label="Silences that ended">
          <header>
            <h2>Ended</h2>
          </header>
          <Table silences={over} barred={barred} onEnd={null} />
        </section>
      )}
      {creating ? (
        <SilenceDialog
          matchers={[{ label: '', op: '=', value: '' }]}
          onClose={() => setCreating(false)}
        />
      ) : null}
      {ending === null ? null : <EndDialog silence={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

const words = (silence: SilenceView): string =>
  silence.matchers.map((m) => `${m.label}${m.op}${m.value}`).join(', ');

function Table(props: {
  silences: readonly SilenceView[];
  barred: string | null;
  onEnd: ((silence: SilenceView) => void) | null;
}): VNode {
  return (
    <div class="table-wrap">
      <table>
        <thead>
          <tr>
            <th scope="col">Mutes</th>
            <th scope="col" class="low">
              By, why
            </th>
            <th scope="col" class="num">
              Left
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.silences.map((silence) => (
            <tr key={silence.id}>
              <th scope="row">
                <Name of={words(silence)} mono />
                <div class="tiny quiet">
                  {silence.state}, {plural(silence.mutes.length, 'alert')} now
                </div>
              </th>
              <td class="low">
                {harmless(silence.author)}: {harmless(silence.reason)}
              </td>
              <td class="num">
                {silence.state === 'expired' ? 'over' : countdown(silence.endsMs - now.value)}
              </td>
              <td class="num">
                {props.onEnd === null ? null : (
                  <GuardedButton
                    label="End…"
                    tight
                    whyNot={props.barred}
                    onPress={() => props.onEnd?.(silence)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EndDialog({ silence, onClose }: { silence: SilenceView; onClose: () => void }): VNode {
  const [reason, setReason] = useState('');
  return (
    <GuardedForm
      label="End the silence"
      title="End the silence"
      submit="End it"
      missing={reason.trim().length < reasonMin ? ['Give a reason.'] : []}
      request={{
        method: 'DELETE',
        path: `/api/v1/silences/${encodeURIComponent(silence.id)}`,
        body: { reason: reason.trim() },
      }}
      onClose={onClose}
    >
      <div class="effect">
        <code>{harmless(words(silence))}</code>
        <span>Receivers are told of what still fires.</span>
      </div>
      <ReasonField value={reason} onInput={setReason} />
    </GuardedForm>
  );
}
