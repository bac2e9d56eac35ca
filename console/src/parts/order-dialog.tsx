// Hold a region or change automation: what it will do is asked of the brain while it is written.

import type { GroupState, OrderPreview } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Previewed, usePreview } from '../io/preview.ts';
import type { WriteRequest } from '../io/writing.ts';
import { harmless } from '../model/harmless.ts';
import {
  automationMeaning,
  consequence,
  durations,
  endsOrder,
  missing,
  type OrderDraft,
  orderRequest,
  replacedOrder,
  wantsTypedName,
} from '../model/orders.ts';
import { Choices, GuardedForm, ReasonField } from './guarded-form.tsx';
import { orderWords } from './lists.tsx';
import { ToneMark, toneOf } from './marks.tsx';
import { Name } from './text.tsx';

export type OrderIntent = 'hold' | 'automation';

const firstDraft = (group: GroupState, intent: OrderIntent): OrderDraft => ({
  kind: intent === 'hold' ? 'avoid' : 'automation',
  region:
    intent === 'hold'
      ? (group.regions.find((r) => r.health !== 'healthy')?.region ??
        group.regions[0]?.region ??
        '')
      : '',
  automation:
    intent === 'hold' ? group.automation : group.automation === 'enforce' ? 'shadow' : 'enforce',
  reason: '',
  durationMs: durations[0]?.ms ?? 1_800_000,
  typed: '',
});

export function OrderDialog(props: {
  group: GroupState;
  intent: OrderIntent;
  onClose: () => void;
}): VNode {
  const [group] = useState(props.group);
  const [draft, setDraft] = useState(firstDraft(group, props.intent));
  const change = (part: Partial<OrderDraft>): void => setDraft({ ...draft, ...part });
  const request = orderRequest(draft, group);
  const previewed = usePreview(group.group, request);
  const danger = wantsTypedName(draft);
  return (
    <GuardedForm
      label={props.intent === 'hold' ? 'Hold' : 'Automation'}
      title={
        <>
          {props.intent === 'hold' ? 'Hold' : 'Automation of'} <Name of={group.group} />
        </>
      }
      submit={draft.kind === 'automation' ? 'Change automation' : 'Set the hold'}
      danger={danger}
      missing={missing(draft, group.group)}
      request={writeOf(draft, group)}
      onClose={props.onClose}
    >
      {draft.kind === 'automation' ? (
        <AutomationFields draft={draft} change={change} />
      ) : (
        <HoldFields group={group} draft={draft} change={change} />
      )}
      <Effect draft={draft} group={group} previewed={previewed} />
      <Choices
        legend="For"
        name="duration"
        value={draft.durationMs}
        options={durations
          .toSorted((a, b) => a.ms - b.ms)
          .map(({ ms, name }) => ({ value: ms, label: name }))}
        onChoose={(durationMs) => change({ durationMs })}
      />
      <ReasonField value={draft.reason} onInput={(reason) => change({ reason })} />
      {danger ? (
        <TypedName group={group.group} value={draft.typed} onInput={(typed) => change({ typed })} />
      ) : null}
    </GuardedForm>
  );
}

function writeOf(draft: OrderDraft, group: GroupState): WriteRequest {
  const path = `/api/v1/groups/${encodeURIComponent(group.group)}/order`;
  return endsOrder(draft, group)
    ? { method: 'DELETE', path, body: { reason: draft.reason.trim() } }
    : { method: 'PUT', path, body: orderRequest(draft, group) };
}

type FieldProps = {
  readonly draft: OrderDraft;
  readonly change: (part: Partial<OrderDraft>) => void;
};

function HoldFields({ group, draft, change }: FieldProps & { group: GroupState }): VNode {
  return (
    <>
      <Choices
        legend="What"
        name="kind"
        value={draft.kind}
        options={[
          { value: 'avoid', label: 'Avoid a region' },
          { value: 'use', label: 'Use one region only' },
        ]}
        onChoose={(kind) => change({ kind })}
      />
      <Choices
        legend="Region"
        name="region"
        value={draft.region}
        options={group.regions.map((region) => ({
          value: region.region,
          label: (
            <>
              <ToneMark tone={toneOf(region.health)} /> {harmless(region.region)}
            </>
          ),
        }))}
        onChoose={(region) => change({ region })}
      />
    </>
  );
}

function AutomationFields({ draft, change }: FieldProps): VNode {
  return (
    <Choices
      legend="Mode"
      name="automation"
      value={draft.automation}
      options={[
        { value: 'enforce', label: 'Enforce' },
        { value: 'shadow', label: 'Shadow' },
        { value: 'off', label: 'Off (kill switch)' },
      ]}
      onChoose={(automation) => change({ automation })}
    />
  );
}

function Effect(props: { draft: OrderDraft; group: GroupState; previewed: Previewed }): VNode {
  const { draft, group, previewed } = props;
  const off = draft.kind === 'automation' && draft.automation === 'off';
  const replaces = replacedOrder(group);
  const does =
    draft.kind === 'automation'
      ? automationMeaning[draft.automation]
      : consequence(draft, group.group);
  return (
    <div class={`effect ${off ? 'is-danger' : ''}`} aria-live="polite">
      <span>{harmless(does)}</span>
      {replaces === null ? null : (
        <span>
          Replaces {harmless(replaces.author)}’s order: {orderWords(replaces)}.
        </span>
      )}
      <Foreseen previewed={previewed} />
    </div>
  );
}

/** What the brain says would happen now. */
function Foreseen({ previewed }: { previewed: Previewed }): VNode {
  switch (previewed.kind) {
    case 'asking':
      return <span class="quiet">Asking what it would do…</span>;
    case 'unknown':
      return <span class="quiet">What it would do could not be foreseen.</span>;
    case 'there':
      return (
        <>
          <b>{movingSentence(previewed.preview)}</b>
          {previewed.preview.warnings.map((warning) => (
            <span class="warn" key={warning}>
              {harmless(warning)}
            </span>
          ))}
        </>
      );
  }
}

function movingSentence({ routesChange, moving, reporting }: OrderPreview): string {
  if (!routesChange) return 'Now: no route would change.';
  return `Now: ${moving.toLocaleString('en')} of ${reporting.toLocaleString('en')} clients would move.`;
}

function TypedName(props: {
  group: string;
  value: string;
  onInput: (value: string) => void;
}): VNode {
  return (
    <div class="field">
      <label for="typed">
        Type <code>{harmless(props.group)}</code> to confirm
      </label>
      <input
        id="typed"
        class="input mono"
        autoComplete="off"
        spellcheck={false}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}
