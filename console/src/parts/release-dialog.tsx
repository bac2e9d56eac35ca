// Ends an order before its time.

import type { GroupState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { reasonMin } from '../model/orders.ts';
import { GuardedForm, ReasonField } from './guarded-form.tsx';
import { orderWords } from './lists.tsx';
import { Name } from './text.tsx';

export function ReleaseDialog({
  group,
  onClose,
}: {
  group: GroupState;
  onClose: () => void;
}): VNode {
  const [order] = useState(group.orders.find((o) => o.scope === 'group'));
  const [reason, setReason] = useState('');
  return (
    <GuardedForm
      label="Release"
      title={
        <>
          Release <Name of={group.group} />
        </>
      }
      submit="End the order"
      missing={
        reason.trim().length < reasonMin ? ['Give a reason: others will read it at 3 a.m.'] : []
      }
      request={{
        method: 'DELETE',
        path: `/api/v1/groups/${encodeURIComponent(group.group)}/order`,
        body: { reason: reason.trim() },
      }}
      onClose={onClose}
    >
      <div class="effect">
        <span>
          Ends “{order === undefined ? 'the order' : orderWords(order)}”. Automation decides again
          at once, and clients may move.
        </span>
      </div>
      <ReasonField value={reason} onInput={setReason} />
    </GuardedForm>
  );
}
