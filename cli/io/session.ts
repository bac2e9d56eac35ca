/** One run of the command: its ears, its mouth, and when to stop. Handed in by `main.ts` or a test. */
import type { Env } from '../config/settings.ts';
import { coloured, type Paint, plain } from '../text.ts';

export type Session = {
  readonly env: Env;
  /** Data: stdout. The text ends its own lines. */
  readonly out: (text: string) => void;
  /** Everything else: one line on stderr. */
  readonly note: (line: string) => void;
  /** Aborted when the user wants out: finish cleanly and soon. */
  readonly stopping: AbortSignal;
  /** Calls back on each SIGHUP, until the answer is called. Without it nobody can hang up. */
  readonly onHangup?: (heard: () => void) => () => void;
  /** Calls back with what is typed, as it is typed, until the answer is called. Without it nobody types. */
  readonly onKey?: (heard: (typed: string) => void) => () => void;
  /** Of the terminal; null: it does not say. */
  readonly size?: () => { readonly rows: number } | null;
  /** Is somebody looking at stdout, at stderr? */
  readonly outIsTerminal: boolean;
  readonly noteIsTerminal: boolean;
};

/** Colour only for eyes that did not decline it (https://no-color.org). */
export function paintFor({ env, outIsTerminal }: Session): Paint {
  const declined = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return outIsTerminal && !declined ? coloured : plain;
}

export function outLines(session: Session, lines: readonly string[]): void {
  if (lines.length > 0) session.out(`${lines.join('\n')}\n`);
}

export function outJson(session: Session, value: unknown): void {
  session.out(`${JSON.stringify(value)}\n`);
}

/** Resolves when the user wants out. */
export function stopped({ stopping }: Session): Promise<void> {
  if (stopping.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    stopping.addEventListener('abort', () => resolve(), { once: true }),
  );
}
