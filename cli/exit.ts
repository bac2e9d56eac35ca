// How a run ends. Scripts read the number, people read the one line: what went wrong with which
// value, and what to do next. Stack traces are for whoever asks for them (REGIONPILOT_DEBUG=1).

import { type ErrorCode, PipelineError, type Problem } from '@regionpilot/protocol';

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  different: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For `--help`. */
export const exitHelp = `
Exit codes:
  0  done
  1  failed, or an order was stored but not carried out in time
  2  wrong usage or configuration
  3  the bus cannot be reached
  4  a check found differences (topics, replay)`;

const codeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  CONFIG_INVALID: exitCodes.usage,
  FILE_UNREADABLE: exitCodes.usage,
  BUS_UNREACHABLE: exitCodes.unreachable,
  BUS_SEND_FAILED: exitCodes.unreachable,
  TOPIC_MISSING: exitCodes.different,
  TOPIC_TOO_WEAK: exitCodes.different,
  RECORD_INVALID: exitCodes.failed,
  RECORD_TOO_LARGE: exitCodes.failed,
  RECORD_VERSION_UNKNOWN: exitCodes.failed,
  BUS_CLOSED: exitCodes.failed,
  CODEC_MISSING: exitCodes.failed,
  OFFSET_OUT_OF_RANGE: exitCodes.failed,
  PORT_IN_USE: exitCodes.failed,
  DRILL_FAILED: exitCodes.failed,
  DELIVERY_FAILED: exitCodes.failed,
};

const nextStep: { readonly [Code in ErrorCode]?: string } = {
  BUS_UNREACHABLE: 'check the address (--brokers or --file) and that the log is running',
  BUS_SEND_FAILED: 'the records may or may not be stored; look, then try again',
  TOPIC_TOO_WEAK:
    'ask for what the cluster can give (--replication, --event-partitions), or run "regionpilot topics apply"',
  PORT_IN_USE: 'choose another port, or stop what listens there',
};

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof PipelineError ? codeOf[error.code] : exitCodes.failed;
}

/** What stderr says of a failure: one line, or one more per problem when there are several. */
export function failureText(error: unknown): string {
  if (!(error instanceof PipelineError)) {
    const text = error instanceof Error ? error.message : String(error);
    return `regionpilot: unexpected failure: ${firstLine(text)} (REGIONPILOT_DEBUG=1 shows where)`;
  }
  const [head = '', ...problems] = error.message.trim().split('\n');
  const next = nextStep[error.code];
  const line = `regionpilot: ${head.replace(/\.$/, '')}${next === undefined ? '' : `: ${next}`}`;
  return [`${line} [${error.code}]`, ...problems.map((problem) => `  ${problem.trim()}`)].join(
    '\n',
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** A failure as data: what a script reads where a person reads `failureText`. */
export type Failure = {
  /** A code of the closed list in `protocol`, `USAGE`, or `INTERNAL` for a bug. */
  readonly type: ErrorCode | 'USAGE' | 'INTERNAL';
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Each problem of a config by itself. */
  readonly problems: readonly Problem[];
};

export function failureFrom(error: unknown): Failure {
  const exitCode = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PipelineError)) {
    return { type: 'INTERNAL', message: firstLine(message), exitCode, problems: [] };
  }
  const problems = error.details['problems'];
  return {
    type: error.code,
    message: firstLine(message.trim()),
    exitCode,
    problems: Array.isArray(problems) ? problems.filter(isConfigProblem) : [],
  };
}

function isConfigProblem(problem: unknown): problem is Problem {
  return typeof problem === 'object' && problem !== null && 'path' in problem;
}

/** The one document of a `--json` run that failed before it said anything. */
export function errorDocument(error: Failure): { readonly v: 1; readonly error: Failure } {
  return { v: 1, error };
}

/** A mistake in what the caller typed or configured. */
export function usageError(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message, { retriable: false });
}
