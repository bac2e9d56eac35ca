// Apache Kafka's jars for machines without a Docker engine: fetched once by Maven, then kept.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { howToForbid, mayFetch } from '../once-per-run.ts';

const run = promisify(execFile);

export const kafkaVersion = '4.1.1';
const repository = join(import.meta.dirname, '../../..');
const folder = join(repository, 'node_modules/.cache/regionpilot/kafka', kafkaVersion);

/** The folder with the jars, or why there is none. */
export async function kafkaJars(): Promise<
  | { readonly kind: 'found'; readonly folder: string }
  | { readonly kind: 'missing'; readonly reason: string }
> {
  const javaProblem = await answers('java', ['-version']);
  if (javaProblem !== null) return { kind: 'missing', reason: `no java (${javaProblem})` };
  if (existsSync(join(folder, 'complete'))) return { kind: 'found', folder };
  if (!mayFetch()) {
    return { kind: 'missing', reason: 'REGIONPILOT_TEST_FETCH=never and nothing is cached' };
  }
  const mavenProblem = await answers('mvn', ['--version']);
  if (mavenProblem !== null) return { kind: 'missing', reason: `no maven (${mavenProblem})` };
  console.error(
    `Fetching Apache Kafka ${kafkaVersion} by Maven into ${folder} (45 MB, ${howToForbid})`,
  );
  return fetch();
}

async function fetch(): Promise<Awaited<ReturnType<typeof kafkaJars>>> {
  const arriving = `${folder}.${process.pid}`;
  mkdirSync(arriving, { recursive: true });
  try {
    await run('mvn', [
      '-B',
      '-q',
      '-f',
      join(import.meta.dirname, 'pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${arriving}`,
    ]);
    mkdirSync(join(arriving, 'complete'));
    rmSync(folder, { recursive: true, force: true });
    renameSync(arriving, folder);
    return { kind: 'found', folder };
  } catch (error) {
    rmSync(arriving, { recursive: true, force: true });
    return { kind: 'missing', reason: `Maven could not fetch it: ${(error as Error).message}` };
  }
}

async function answers(command: string, args: readonly string[]): Promise<string | null> {
  try {
    await run(command, [...args]);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
