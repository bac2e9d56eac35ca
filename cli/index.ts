export type { ExitCode } from './exit.ts';
export { exitCodes } from './exit.ts';
export { runCommand } from './io/program.ts';
export type { Session } from './io/session.ts';
