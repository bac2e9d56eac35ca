// schemathesis, at one exact version in a virtual environment of its own: made once, kept in the
// cache folder, used again by every later run.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problems } from '../../api/problem.ts';
import { howToForbid, mayFetch } from './once-per-run.ts';

export const schemathesisVersion = '4.32.5';

const repository = join(import.meta.dirname, '../..');
const cache = join(repository, 'node_modules/.cache/regionpilot');
const folder = join(cache, `schemathesis-${schemathesisVersion}`);

const hooks = join(import.meta.dirname, 'schemathesis_hooks.py');

/** How to get it; also the text of every skip. */
export const missingSchemathesis: string = `schemathesis ${schemathesisVersion} is not there and cannot be fetched from PyPI: install python3 with venv, and let npm test reach a package index`;

/** The program, fetched if need and right be, or null. */
export function obtainSchemathesis(): string | null {
  const program = join(folder, 'bin/schemathesis');
  if (existsSync(program)) return program;
  if (!mayFetch() || !makeEnvironment()) return null;
  return existsSync(program) ? program : null;
}

/** Its scripts name their interpreter by its whole path, so it is made where it stays. */
function makeEnvironment(): boolean {
  console.error(`Fetching schemathesis ${schemathesisVersion} from PyPI (${howToForbid})`);
  rmSync(folder, { recursive: true, force: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', folder]],
    [
      join(folder, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${schemathesisVersion}`],
    ],
  ];
  for (const [command, args] of steps) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 240_000 });
    if (status === 0) continue;
    console.error(`${command} ${args.join(' ')}: ${stderr}`);
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
  return true;
}

export type FuzzPlan = {
  readonly url: string;
  readonly token: string;
  /** Names an answer exists for, by parameter. */
  readonly known: Readonly<Record<string, string>>;
  /** Test cases per operation that are drawn, beyond those the document gives by itself. */
  readonly maxExamples: number;
  readonly seed: number;
  /** Paths left alone, each for a reason its test gives. */
  readonly excluded: readonly string[];
};

export type FuzzReport = {
  readonly cases: number;
  readonly operations: { readonly selected: number; readonly tested: number };
  /** One line per kind of failure; empty: there was none. */
  readonly failures: readonly string[];
  /** What was printed, with every failing request. */
  readonly output: string;
};

/** Those that judge one answer by the document, and one of our own. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'problem_of_the_list',
];
/** With those for addresses, bodies and headers that are too long for anybody to read. */
const settings = `[checks]
negative_data_rejection.expected-statuses = [${[...new Set(Object.values(problems).map(([status]) => status))].filter((status) => status < 500).join(', ')}]
`;
/** Longer than any answer takes on a busy machine; what hangs takes for ever. */
const answerMaxS = 15;

/** One worker: with more of them its interpreter stumbles over its own threads now and then. */
export async function fuzz(program: string, plan: FuzzPlan): Promise<FuzzReport> {
  const folder = mkdtempSync(join(tmpdir(), 'api-fuzz-'));
  const file = join(folder, 'report.json');
  try {
    writeFileSync(join(folder, 'schemathesis.toml'), settings);
    const child = spawn(program, argsOf(plan, file), {
      cwd: folder,
      env: { ...process.env, ...environmentOf(plan) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await once(child, 'close');
    if (!existsSync(file)) throw new Error(`schemathesis left no report:\n${output}`);
    return reportIn(readFileSync(file, 'utf8'), output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function argsOf(plan: FuzzPlan, file: string): readonly string[] {
  const { url, token, maxExamples, seed, excluded } = plan;
  return [
    ...['--no-color', 'run', `${url}/openapi.json`],
    ...['--phases', 'examples,coverage,fuzzing', '--workers', '1', '--seed', String(seed)],
    ...['--max-examples', String(maxExamples), '--continue-on-failure', '--no-shrink'],
    ...['--generation-database', 'none', '--warnings', 'off', '--checks', checks.join(',')],
    ...['--max-response-time', String(answerMaxS), '--request-timeout', String(answerMaxS * 2)],
    ...['-H', `authorization: Bearer ${token}`],
    ...excluded.flatMap((path) => ['--exclude-path', path]),
    ...['--report', 'json', '--report-json-path', file],
  ];
}

function environmentOf({ known, seed }: FuzzPlan): Readonly<Record<string, string>> {
  return {
    SCHEMATHESIS_HOOKS: hooks,
    API_FUZZ_KNOWN: JSON.stringify(known),
    API_FUZZ_PROBLEMS: JSON.stringify(Object.keys(problems).map((slug) => `/problems/${slug}`)),
    API_FUZZ_RUN: String(seed),
  };
}

type Counted = { readonly title: string; readonly count: number };
type Report = {
  readonly operations: FuzzReport['operations'];
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly (Counted & { readonly operations: readonly string[] })[];
  readonly errors: readonly Counted[];
};

function reportIn(text: string, output: string): FuzzReport {
  const { operations, test_cases, failures, errors } = JSON.parse(text) as Report;
  return {
    cases: test_cases.generated,
    operations,
    failures: [
      ...failures.map(({ title, count, operations: at }) => `${title} ×${count}: ${at.join(', ')}`),
      ...errors.map(({ title, count }) => `${title} ×${count}`),
    ],
    output,
  };
}
