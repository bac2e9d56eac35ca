/** `regionpilot doctor`: asks every question within its time, and says what it found. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '@regionpilot/protocol';
import type { DoctorRequest } from '../commands/doctor.ts';
import type { ConfigFile } from '../config/file.ts';
import {
  type Category,
  type DoctorReport,
  doctorReport,
  type Finding,
  failed,
  ok,
  type Question,
  skipped,
} from '../doctor/finding.ts';
import { doctorLines, marksFor } from '../doctor/lines.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Check, gates, logChecks } from './doctor/checks.ts';
import { alertingChecks, sideChecks } from './doctor/side-checks.ts';
import { within } from './doctor/within.ts';
import { openWorld, type World } from './doctor/world.ts';
import { loadConfig, loadSettings } from './files.ts';
import { outJson, outLines, paintFor, type Session } from './session.ts';

export async function runDoctor(session: Session, request: DoctorRequest): Promise<ExitCode> {
  const untilMs = Date.now() + (request.wait ?? 0);
  let report = await examine(session, request);
  while (!report.ok && Date.now() < untilMs && !session.stopping.aborted) {
    await sleep(1_000, undefined, { signal: session.stopping }).catch(() => undefined);
    report = await examine(session, request);
  }
  if (request.json === true) outJson(session, report);
  else outLines(session, doctorLines(report, marksFor(session.env), paintFor(session)));
  return report.ok ? exitCodes.ok : exitCodes.failed;
}

/** Never throws, and never takes longer than its gates and its slowest question. */
export async function examine(session: Session, request: DoctorRequest): Promise<DoctorReport> {
  const atMs = Date.now();
  const startedMs = performance.now();
  const findings = await findingsOf(session, request);
  const wanted = request.category;
  return doctorReport(
    wanted === undefined ? findings : findings.filter((each) => isWanted(each, wanted)),
    { strict: request.strict === true, atMs, tookMs: Math.round(performance.now() - startedMs) },
  );
}

/** What keeps wanted questions from being asked is wanted too. */
function isWanted({ category, level }: Finding, wanted: readonly Category[]): boolean {
  const blocks = level === 'failed' && (category === 'config' || category === 'bus');
  return wanted.includes(category) || blocks;
}

const configQuestion: Question = {
  id: 'config.valid',
  category: 'config',
  title: 'the configuration is valid and names an event log',
};

async function findingsOf(session: Session, request: DoctorRequest): Promise<readonly Finding[]> {
  let world: World;
  let file: ConfigFile;
  try {
    file = loadConfig(request, session);
    world = openWorld(request, file, loadSettings(request, session));
  } catch (error) {
    const blocked = 'the configuration cannot be used';
    return [
      failed(configQuestion, reasonOf(error), 'regionpilot config validate FILE'),
      ...[...logChecks, ...alertingChecks].map(({ question }) => skipped(question, blocked)),
    ];
  }
  try {
    const source = request.config ?? 'flags, environment and context';
    const wanted = (check: Check): boolean =>
      request.category?.includes(check.question.category) ?? true;
    const asked = sideChecks(world).filter(wanted);
    const beside = Promise.all(asked.map((check) => answer(check, world)));
    const ofLog = await askLog(world, [...logChecks, ...alertingChecks].filter(wanted));
    return [ok(configQuestion, source), ...ofLog, ...(await beside)];
  } finally {
    await world.close();
  }
}

async function askLog(world: World, behind: readonly Check[]): Promise<readonly Finding[]> {
  if (behind.length === 0 && world.request.category?.includes('bus') === false) return [];
  const passed: Finding[] = [];
  for (const gate of gates(world)) {
    const finding = await answer(gate, world);
    passed.push(finding);
    if (finding.level === 'failed')
      return [
        ...passed,
        ...behind.map(({ question }) => skipped(question, 'the log is out of reach')),
      ];
  }
  return [...passed, ...(await Promise.all(behind.map((check) => answer(check, world))))];
}

async function answer({ question, timeoutMs, ask }: Check, world: World): Promise<Finding> {
  try {
    return await within(timeoutMs, ask(world));
  } catch (error) {
    return failed(question, reasonOf(error), hintOf(error));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hintOf(error: unknown): string {
  const code = error instanceof PipelineError ? error.code : null;
  if (code === 'TOPIC_MISSING') return 'regionpilot topics apply';
  return code === null ? 'ask again; if it stays, look at the brokers' : `docs/errors.md, ${code}`;
}
