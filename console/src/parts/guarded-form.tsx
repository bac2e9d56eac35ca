// The form behind every guarded action: says what it will do, wants a reason, shows a refusal whole,
// and tells why its button cannot be pressed yet.

import type { ComponentChildren, VNode } from 'preact';
import { useWriting, type WriteRequest } from '../io/writing.ts';
import { reasonMin } from '../model/orders.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './text.tsx';

export type GuardedFormProps = {
  readonly title: ComponentChildren;
  readonly label: string;
  readonly submit: string;
  readonly danger?: boolean;
  /** What still keeps it from being sent. */
  readonly missing: readonly string[];
  readonly request: WriteRequest;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

export function GuardedForm(props: GuardedFormProps): VNode {
  const writing = useWriting(props.onClose);
  const ready = props.missing.length === 0 && !writing.busy;
  return (
    <Dialog label={props.label} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) writing.send(props.request);
        }}
      >
        <h1>{props.title}</h1>
        {props.children}
        {writing.problem === null ? null : <Problem problem={writing.problem} />}
        <footer>
          <span class="left todo-list" aria-live="polite">
            {props.missing[0] ?? ''}
          </span>
          <button type="button" class="button" onClick={props.onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={`button ${props.danger === true ? 'danger' : 'primary'}`}
            aria-disabled={!ready}
          >
            {writing.busy ? 'Sending…' : props.submit}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The reason: required, and kept for good. */
export function ReasonField(props: { value: string; onInput: (value: string) => void }): VNode {
  return (
    <div class="field">
      <label for="reason">Reason</label>
      <textarea
        id="reason"
        class="input"
        required
        minLength={reasonMin}
        maxLength={500}
        value={props.value}
        placeholder="What do you see, and which ticket is it?"
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span class="hint">It goes into the audit log with your name.</span>
    </div>
  );
}

/** One of a few, as buttons. */
export function Choices<Value extends string | number>(props: {
  legend: string;
  name: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: ComponentChildren }[];
  onChoose: (value: Value) => void;
}): VNode {
  return (
    <fieldset class="field">
      <legend>{props.legend}</legend>
      <div class="choices">
        {props.options.map((option) => (
          <label class="choice" key={option.value}>
            <input
              type="radio"
              name={props.name}
              checked={option.value === props.value}
              onChange={() => props.onChoose(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
