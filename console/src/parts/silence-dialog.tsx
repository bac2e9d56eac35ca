// Mutes alerts for a while; shows which ones it mutes now before it is created.

import type { Matcher } from '@regionpilot/protocol';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { fleet } from '../io/store.ts';
import { liveAlerts } from '../model/fleet.ts';
import { harmless } from '../model/harmless.ts';
import { durations, reasonMin } from '../model/orders.ts';
import { silencePreview } from '../model/silence.ts';
import { Choices, GuardedForm, ReasonField } from './guarded-form.tsx';
import { IconButton } from './text.tsx';

type Row = Matcher & { readonly id: number };

const ops: readonly Matcher['op'][] = ['=', '!=', '=~', '!~'];

export function SilenceDialog(props: { matchers: readonly Matcher[]; onClose: () => void }): VNode {
  const [rows, setRows] = useState<readonly Row[]>(
    props.matchers.map((matcher, id) => ({ ...matcher, id })),
  );
  const [durationMs, setDuration] = useState(durations[0]?.ms ?? 1_800_000);
  const [reason, setReason] = useState('');
  const matchers = rows
    .filter((row) => row.label !== '')
    .map(({ label, op, value }) => ({ label, op, value }));
  const missing = [
    ...(matchers.length === 0 ? ['Name at least one label.'] : []),
    ...(reason.trim().length < reasonMin ? ['Give a reason: others will read it at 3 a.m.'] : []),
  ];
  return (
    <GuardedForm
      label="New silence"
      title="New silence"
      submit="Silence"
      missing={missing}
      request={{
        method: 'POST',
        path: '/api/v1/silences',
        body: { matchers, durationMs, reason: reason.trim() },
      }}
      onClose={props.onClose}
    >
      <MatcherRows rows={rows} onChange={setRows} />
      <Mutes matchers={matchers} />
      <Choices
        legend="For"
        name="duration"
        value={durationMs}
        options={durations
          .toSorted((a, b) => a.ms - b.ms)
          .map(({ ms, name }) => ({ value: ms, label: name }))}
        onChoose={setDuration}
      />
      <ReasonField value={reason} onInput={setReason} />
    </GuardedForm>
  );
}

function MatcherRows({
  rows,
  onChange,
}: {
  rows: readonly Row[];
  onChange: (rows: readonly Row[]) => void;
}): VNode {
  const change = (id: number, part: Partial<Matcher>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const nextId = Math.max(-1, ...rows.map((row) => row.id)) + 1;
  return (
    <fieldset class="field">
      <legend>Alerts whose labels all match</legend>
      {rows.map((row) => (
        <div class="matcher" key={row.id}>
          <input
            class="input mono"
            aria-label="Label"
            placeholder="label"
            value={row.label}
            onInput={(event) => change(row.id, { label: event.currentTarget.value.trim() })}
          />
          <select
            class="input mono"
            aria-label="Comparison"
            value={row.op}
            onChange={(event) =>
              change(row.id, { op: ops.find((op) => op === event.currentTarget.value) ?? '=' })
            }
          >
            {ops.map((op) => (
              <option key={op} value={op}>
                {op}
              </option>
            ))}
          </select>
          <input
            class="input mono"
            aria-label="Value"
            placeholder="value"
            value={row.value}
            onInput={(event) => change(row.id, { value: event.currentTarget.value })}
          />
          <IconButton
            icon="close"
            label="Remove this matcher"
            onPress={() => onChange(rows.filter((other) => other.id !== row.id))}
          />
        </div>
      ))}
      <div>
        <button
          type="button"
          class="button tight"
          onClick={() => onChange([...rows, { id: nextId, label: '', op: '=', value: '' }])}
        >
          Add a matcher
        </button>
      </div>
    </fieldset>
  );
}

function Mutes({ matchers }: { matchers: readonly Matcher[] }): VNode {
  const alerts = liveAlerts(fleet.value);
  const preview = silencePreview(matchers, alerts);
  if (matchers.length === 0)
    return <div class="effect quiet">Name a label to see what it would mute.</div>;
  if (preview.kind === 'unreadable') {
    return (
      <div class="effect warn">
        “{harmless(preview.matcher)}” is no regular expression this browser can read; the server
        will judge it.
      </div>
    );
  }
  const everything = preview.alerts.length === alerts.length && alerts.length > 1;
  return (
    <div class="effect" aria-live="polite">
      <b>
        Mutes {preview.alerts.length} of {alerts.length} alerts that are live now
        {preview.alerts.length === 0 ? '.' : ':'}
      </b>
      {preview.alerts.slice(0, 5).map((alert) => (
        <span key={alert.fingerprint}>{harmless(alert.summary)}</span>
      ))}
      {preview.alerts.length > 5 ? <span>and {preview.alerts.length - 5} more</span> : null}
      {everything ? <span class="warn">That is everything that is live now.</span> : null}
    </div>
  );
}
