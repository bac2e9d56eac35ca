// Small things made of words: names from the server, states of loading, nothing, refusal.

import type { ProblemDocument } from '@regionpilot/api/contract';
import type { ComponentChildren, VNode } from 'preact';
import { harmless } from '../model/harmless.ts';
import { Icon } from './icons.tsx';

/** A name from the server: shown harmlessly, cut where it is too long, whole in its title. */
export function Name({ of, mono = false }: { of: string; mono?: boolean }): VNode {
  const shown = harmless(of);
  return (
    <span class={mono ? 'name mono' : 'name'} title={shown}>
      {shown}
    </span>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Grey lines where text will be. */
export function Skeleton({
  lines = 4,
  label = 'Loading',
}: {
  lines?: number;
  label?: string;
}): VNode {
  return (
    <div class="skeletons" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <div class="skeleton" key={i} />
      ))}
    </div>
  );
}

/** A refusal, whole: what, why, which parts, and the number to find it in the log. */
export function Problem({
  problem,
  retry,
}: {
  problem: ProblemDocument;
  retry?: () => void;
}): VNode {
  return (
    <div class="problem" role="alert">
      <h3>
        {harmless(problem.title)}
        {problem.status > 0 ? ` (${problem.status})` : ''}
      </h3>
      <p>{harmless(problem.detail)}</p>
      {problem.errors === undefined ? null : (
        <ul>
          {problem.errors.map((part) => (
            <li key={part.pointer}>
              <code>{harmless(part.pointer)}</code>: got {harmless(part.got)}, wanted{' '}
              {harmless(part.wanted)}
            </li>
          ))}
        </ul>
      )}
      {problem.retryAfterS === undefined ? null : <p>Try again in {problem.retryAfterS} s.</p>}
      <p class="tiny soft">
        {problem.type.startsWith('/') ? (
          <>
            <a href={problem.type} target="_blank" rel="noreferrer">
              What this means
            </a>{' '}
            ·{' '}
          </>
        ) : null}
        <code>{harmless(problem.instance)}</code>
      </p>
      {retry === undefined ? null : (
        <div>
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

/** Title, one sentence, and what may be done here. */
export function PageHead(props: {
  title: ComponentChildren;
  sub?: ComponentChildren;
  actions?: ComponentChildren;
}): VNode {
  return (
    <header class="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.sub === undefined ? null : <p>{props.sub}</p>}
      </div>
      {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
    </header>
  );
}

/** A button that says why it cannot be pressed instead of vanishing. */
export function GuardedButton(props: {
  label: string;
  whyNot: string | null;
  tone?: 'primary' | 'danger' | 'bare';
  tight?: boolean;
  onPress: () => void;
}): VNode {
  const barred = props.whyNot !== null;
  return (
    <button
      type="button"
      class={`button ${props.tone ?? ''} ${props.tight === true ? 'tight' : ''}`}
      aria-disabled={barred}
      title={props.whyNot ?? undefined}
      onClick={() => {
        if (!barred) props.onPress();
      }}
    >
      {props.label}
      {barred ? <span class="unseen"> ({props.whyNot})</span> : null}
    </button>
  );
}

/** An icon button with its name for those who cannot see it. */
export function IconButton(props: {
  icon: Parameters<typeof Icon>[0]['name'];
  label: string;
  onPress: () => void;
}): VNode {
  return (
    <button
      type="button"
      class="button bare icon-only"
      aria-label={props.label}
      title={props.label}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
    </button>
  );
}
