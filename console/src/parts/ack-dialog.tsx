// Takes an alert, or gives it back.

import type { AlertView } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { harmless } from '../model/harmless.ts';
import { reasonMin } from '../model/orders.ts';
import { GuardedForm, ReasonField } from './guarded-form.tsx';

export function AckDialog({ alert, onClose }: { alert: AlertView; onClose: () => void }): VNode {
  const [acked] = useState(alert.ackedBy === null);
  const [reason, setReason] = useState('');
  return (
    <GuardedForm
      label={acked ? 'Take the alert' : 'Give the alert back'}
      title={acked ? 'Take this alert' : 'Give this alert back'}
      submit={acked ? 'I have it' : 'Give it back'}
      missing={reason.trim().length < reasonMin ? ['Say in a few words what you do.'] : []}
      request={{
        method: 'POST',
        path: `/api/v1/alerts/${encodeURIComponent(alert.fingerprint)}/ack`,
        body: { acked, reason: reason.trim() },
      }}
      onClose={onClose}
    >
      <div class="effect">
        <b>{harmless(alert.summary)}</b>
        <span>
          {acked
            ? 'Repeats stop until it resolves or gets worse. Receivers that understand it are told that you have it.'
            : 'Repeats begin again, and receivers are told that nobody has it.'}
        </span>
      </div>
      <ReasonField value={reason} onInput={setReason} />
    </GuardedForm>
  );
}
