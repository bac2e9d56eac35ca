// A write as a form does it: one idempotency key per thing that is asked for, so pressing twice or
// again after a lost answer changes once, while a changed request is a new one.

import type { ProblemDocument } from '@regionpilot/api/contract';
import { useRef, useState } from 'preact/hooks';
import { asProblem, write } from './api.ts';

export type WriteRequest = {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
};

export type Writing = {
  readonly busy: boolean;
  readonly problem: ProblemDocument | null;
  readonly send: (request: WriteRequest) => void;
};

/** Sends a write; `onDone` hears of success only. */
export function useWriting(onDone: () => void): Writing {
  const [state, setState] = useState<Omit<Writing, 'send'>>({ busy: false, problem: null });
  const intent = useRef({ text: '', key: '' });
  const send = (request: WriteRequest): void => {
    const text = JSON.stringify(request);
    if (intent.current.text !== text) intent.current = { text, key: crypto.randomUUID() };
    setState({ busy: true, problem: null });
    write(request.method, request.path, request.body, intent.current.key).then(
      onDone,
      (error: unknown) => setState({ busy: false, problem: asProblem(error, request.path) }),
    );
  };
  return { ...state, send };
}
