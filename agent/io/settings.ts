// The running config: one frozen object, replaced by one assignment. Whoever reads it once per
// command can never mix two configs.

import { readFileSync, type Stats, stat, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { extname } from 'node:path';
import { formatProblems, PipelineError, type Problem } from '@regionpilot/protocol';
import { parse as parseYaml } from 'yaml';
import type { AgentConfig } from '../config.ts';
import { parseAgentConfig, reloadProblems } from '../parse-config.ts';
import { textOf } from './notices.ts';

/** How often a config file is looked at, ms. */
const watchIntervalMs = 1_000;

export class Settings {
  readonly #file: string | null;
  readonly #busGiven: boolean;
  #current: AgentConfig;
  #home: string | undefined;
  /** The file as it was before it was last read: what is written while we read is then a change. */
  #mark: string;

  /**
   * @param source what a user wrote, or the path of a YAML or JSON file.
   * @throws {PipelineError} CONFIG_INVALID with every problem, FILE_UNREADABLE.
   */
  constructor(source: unknown, busGiven: boolean) {
    this.#file = typeof source === 'string' ? source : null;
    this.#busGiven = busGiven;
    this.#mark = this.#file === null ? gone : markNow(this.#file);
    const parsed = this.#parse(this.#file === null ? source : readConfigFile(this.#file));
    if (parsed.kind === 'invalid') throw configInvalid(parsed.problems);
    this.#current = parsed.config;
    this.#home = parsed.config.home;
  }

  get current(): AgentConfig {
    return this.#current;
  }

  /** Takes the new config as a whole, or nothing of it: then the problems say why. */
  reload(input: unknown): readonly Problem[] {
    const parsed = this.#parse(input);
    if (parsed.kind === 'invalid') return parsed.problems;
    const problems = reloadProblems(this.#current, parsed.config);
    if (problems.length === 0) this.#current = parsed.config;
    return problems;
  }

  /** Reads the file again; without a file there is nothing to read. */
  reloadFile(): readonly Problem[] {
    if (this.#file === null) return [];
    try {
      return this.reload(readConfigFile(this.#file));
    } catch (error) {
      return [{ path: '', value: this.#file, expected: textOf(error) }];
    }
  }

  /**
   * Looks at the file now and then: unlike notifications, that also sees a swapped symlink. The file
   * is compared with what it was when it was read; `watchFile` compares with what it finds first, and
   * never sees a change made before that.
   */
  watch(changed: () => void): () => void {
    const file = this.#file;
    if (file === null) return () => undefined;
    let ended = false;
    const timer = setInterval(() => {
      stat(file, (error, stats) => {
        const mark = error === null ? markOf(stats) : gone;
        if (ended || mark === this.#mark) return;
        this.#mark = mark;
        changed();
      });
    }, watchIntervalMs);
    timer.unref();
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }

  #parse(input: unknown): ReturnType<typeof parseAgentConfig> {
    return parseAgentConfig(input, {
      hostname: hostname(),
      pid: process.pid,
      busGiven: this.#busGiven,
      home: this.#home,
    });
  }
}

const gone = 'gone';

function markOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

function markNow(file: string): string {
  try {
    return markOf(statSync(file));
  } catch {
    return gone;
  }
}

function configInvalid(problems: readonly Problem[]): PipelineError {
  return new PipelineError('CONFIG_INVALID', `Agent config:\n${formatProblems(problems)}`, {
    problems,
    retriable: false,
  });
}

function fileUnreadable(file: string, cause: unknown): PipelineError {
  const details = { file, cause, retriable: false };
  return new PipelineError('FILE_UNREADABLE', `Agent config: ${textOf(cause)}`, details);
}

/** JSON by its ending, else YAML. */
function readConfigFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw fileUnreadable(file, cause);
  }
  try {
    return extname(file) === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (cause) {
    const value = textOf(cause).split('\n')[0] ?? '';
    throw configInvalid([{ path: '', value, expected: `readable YAML or JSON in ${file}` }]);
  }
}
