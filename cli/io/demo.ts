// `regionpilot demo`: hands the rest of the line to the demo.

import { type ExitCode, exitCodes } from '../exit.ts';
import type { Session } from './session.ts';

export async function runDemonstration(
  { env }: Session,
  argv: readonly string[],
): Promise<ExitCode> {
  const { runDemo } = await import('@regionpilot/demo');
  const code = await runDemo(argv, env);
  return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.failed;
}
