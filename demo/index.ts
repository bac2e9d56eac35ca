export type { DemoExitCode, Env } from './io/run.ts';
export { runDemo } from './io/run.ts';
export type { CommandCounts, Outage, Phases, Report, ReportedDecision, RunLog } from './report.ts';
export { buildReport, isClean } from './report.ts';
