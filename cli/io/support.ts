/** `regionpilot support-bundle`: gathers, redacts, packs. What cannot be had is said, not waited for. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PipelineError } from '@regionpilot/protocol';
import type { SupportRequest } from '../commands/support.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import {
  type BundleReport,
  bundleLines,
  calmJson,
  calmText,
  createRedaction,
  type ManifestEntry,
  type Redaction,
  sections,
} from '../support/bundle.ts';
import { type TarFile, tarOf } from '../support/tar.ts';
import { isoTime } from '../text.ts';
import { within } from './doctor/within.ts';
import { loadConfig, loadSettings, unreadable } from './files.ts';
import { openBus } from './open-bus.ts';
import { outJson, outLines, type Session } from './session.ts';
import { knownSecrets } from './support/secrets.ts';
import { logSections, ownSections, type Section } from './support/sections.ts';

/** For one file of the bundle; doctor has its own, shorter bounds. */
const sectionMs = 20_000;
const closeMs = 1_000;

export async function makeBundle(session: Session, request: SupportRequest): Promise<ExitCode> {
  const atMs = Date.now();
  const report =
    request.dryRun === true ? planned(request, atMs) : await packed(session, request, atMs);
  if (request.json === true) outJson(session, report);
  else outLines(session, bundleLines(report));
  return exitCodes.ok;
}

function planned({ metricsUrl }: SupportRequest, atMs: number): BundleReport {
  const files = Object.entries(sections)
    .filter(([name]) => name !== 'metrics.txt' || metricsUrl !== undefined)
    .map(([name, about]) => ({ name, about, bytes: 0, sha256: '' }));
  return { v: 1, dryRun: true, file: null, atMs, files, missing: [] };
}

async function packed(
  session: Session,
  request: SupportRequest,
  atMs: number,
): Promise<BundleReport> {
  const redaction = redactionFor(session, request);
  const file =
    request.output ?? `regionpilot-support-${isoTime(atMs).replace(/[:.]/g, '-')}.tar.gz`;
  const own = await gathered(ownSections(session, request), redaction);
  const ofLog = await gatheredFromLog(session, request, redaction);
  const files = [...own.files, ...ofLog.files];
  const missing = [...own.missing, ...ofLog.missing];
  const report: BundleReport = {
    v: 1,
    dryRun: false,
    file,
    atMs,
    files: files.map(entryOf),
    missing,
  };
  const manifest = {
    name: 'manifest.json',
    bytes: encode(calmJson({ ...report, file: undefined })),
  };
  const folder = 'regionpilot-support/';
  const inside = [manifest, ...files].map(({ name, bytes }) => ({
    name: `${folder}${name}`,
    bytes,
  }));
  write(file, gzipSync(tarOf(inside, atMs)));
  return report;
}

/** Also for a config that cannot be read: then there is less to hide by name, and shapes still count. */
function redactionFor(session: Session, request: SupportRequest): Redaction {
  try {
    return createRedaction(knownSecrets(request, session.env, loadConfig(request, session)));
  } catch {
    return createRedaction(knownSecrets(request, session.env, {}));
  }
}

type Gathered = {
  readonly files: readonly TarFile[];
  readonly missing: BundleReport['missing'];
};

async function gathered(wanted: readonly Section[], redaction: Redaction): Promise<Gathered> {
  const found = await Promise.all(
    wanted.map(async ({ name, gather }) => {
      try {
        const value = await within(sectionMs, gather());
        const text =
          typeof value === 'string'
            ? calmText(redaction.text(value))
            : calmJson(redaction.data(value));
        return { files: [{ name, bytes: encode(text) }], missing: [] };
      } catch (error) {
        const reason = redaction.text(error instanceof Error ? error.message : String(error));
        return { files: [], missing: [{ name, reason }] };
      }
    }),
  );
  return {
    files: found.flatMap(({ files }) => files),
    missing: found.flatMap(({ missing }) => missing),
  };
}

const logNames = [
  'status',
  'topics',
  'decisions',
  'overrides',
  'heartbeats',
  'incidents',
  'alerts',
];

async function gatheredFromLog(
  session: Session,
  request: SupportRequest,
  redaction: Redaction,
): Promise<Gathered> {
  try {
    const settings = loadSettings(request, session);
    const bus = await openBus(settings.bus);
    try {
      return await gathered(logSections(bus, settings, request.last), redaction);
    } finally {
      await within(closeMs, bus.close()).catch(() => undefined);
    }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const reason = redaction.text(error.message);
    return { files: [], missing: logNames.map((name) => ({ name: `${name}.json`, reason })) };
  }
}

function entryOf({ name, bytes }: TarFile): ManifestEntry {
  const about = (sections as Readonly<Record<string, string>>)[name] ?? '';
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, about, bytes: bytes.length, sha256 };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Never over something that is there already, and for nobody else to read. */
function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
