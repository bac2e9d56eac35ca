// Images made of this machine's own programs, for engines that cannot pull: an archive of each program
// with the libraries it loads, handed to `docker import`. They stand in for the published images where
// only the program inside matters; how those are put together is not what is tested with them.

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an image consists of; paths are absolute and the same here and there, unless said otherwise. */
export type StandIn = {
  readonly tag: string;
  /** Programs and shared objects: what they load comes along. */
  readonly programs: readonly string[];
  readonly folders?: readonly string[];
  /** `[path here, path in the image]`, whose libraries come along too if they are programs. */
  readonly moved?: readonly (readonly [string, string])[];
  /** Path in the image → the text of an executable. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Empty folders in which anybody may write: the user is chosen by who runs the image. */
  readonly writable?: readonly string[];
  /** Instructions as in a Dockerfile: `ENTRYPOINT ["/run.sh"]`. */
  readonly changes?: readonly string[];
};

/** Makes the image in the engine of `env` (`DOCKER_HOST`) and answers its tag. */
export async function importStandIn(image: StandIn, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-image-'));
  const archive = join(folder, 'archive.tar');
  try {
    await run('tar', [...(await archiving(image, archive, stage(image, folder)))]);
    const changes = (image.changes ?? []).flatMap((change) => ['--change', change]);
    await run('docker', ['import', ...changes, archive, image.tag], { env });
    return image.tag;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The folder with what is nowhere on this machine. */
function stage({ scripts = {}, writable = [] }: StandIn, folder: string): string {
  const staging = join(folder, 'root');
  for (const path of ['/tmp', ...writable]) {
    mkdirSync(join(staging, path), { recursive: true });
    chmodSync(join(staging, path), 0o1777);
  }
  for (const [path, text] of Object.entries(scripts)) {
    mkdirSync(join(staging, dirname(path)), { recursive: true });
    writeFileSync(join(staging, path), text, { mode: 0o755 });
  }
  return staging;
}

/** The words for `tar`. Links are followed: where a library really is differs between machines. */
async function archiving(
  { programs, folders = [], moved = [] }: StandIn,
  archive: string,
  staging: string,
): Promise<readonly string[]> {
  const here = moved.map(([path]) => path);
  const libraries = await librariesOf([...programs, ...here]);
  const whole = [...folders, ...here];
  const single = [...programs, ...libraries].filter((path) => !whole.some((at) => isIn(at, path)));
  // Nothing twice: the engine refuses such an archive.
  const paths = new Set([...whole, ...single]);
  return [
    ...[
      '-chf',
      archive,
      '--hard-dereference',
      '--exclude=src.zip',
      '--numeric-owner',
      '--owner=0',
      '--group=0',
    ],
    ...moved.map(([from, to]) => `--transform=s|^${from.slice(1)}|${to.slice(1)}|`),
    ...['-C', '/', ...[...paths].map((path) => path.slice(1)), '-C', staging, '.'],
  ];
}

/** What the loader would load: the lines of `ldd` that name a file. */
async function librariesOf(paths: readonly string[]): Promise<readonly string[]> {
  // It fails for scripts and folders among them, and has said the rest all the same.
  const { stdout } = await run('ldd', [...paths]).catch((error: { stdout: string }) => error);
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = '']) => normalize(path));
}

const isIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);
