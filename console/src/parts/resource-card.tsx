// A card around something that is fetched: grey lines, then the thing, or the refusal.

import type { ComponentChildren, VNode } from 'preact';
import type { Resource } from '../io/resource.ts';
import { Problem, Skeleton } from './text.tsx';

export function ResourceCard<Value>(props: {
  label: string;
  head?: ComponentChildren;
  resource: Resource<Value>;
  retry: () => void;
  children: (value: Value) => ComponentChildren;
}): VNode {
  const { resource } = props;
  return (
    <section class="card" aria-label={props.label}>
      {props.head === undefined ? null : <header>{props.head}</header>}
      {resource.kind === 'loading' ? <Skeleton lines={6} /> : null}
      {resource.kind === 'refused' ? (
        <div class="pad">
          <Problem problem={resource.problem} retry={props.retry} />
        </div>
      ) : null}
      {resource.kind === 'there' ? props.children(resource.value) : null}
    </section>
  );
}
