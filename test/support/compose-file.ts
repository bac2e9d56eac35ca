// The compose file as compose would see it where no variable is set: merged, defaults filled in.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type ComposeService = {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly restart?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};

export type ComposeFile = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};

const root = join(import.meta.dirname, '../..');
export const composeText: string = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

export function composeFile(): ComposeFile {
  return parse(withDefaults(composeText), { merge: true }) as ComposeFile;
}

/** A mount's source: an absolute path here, or the name of a volume. */
export type Mount = {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
};

export function mountsOf({ volumes = [] }: ComposeService): readonly Mount[] {
  return volumes.map((text) => {
    const [source = '', target = '', mode] = text.split(':');
    const path = source.startsWith('.') ? join(root, source) : source;
    return { source: path, target, readOnly: mode === 'ro' };
  });
}

/** `${NAME:-value}` and `${NAME-value}`. */
function withDefaults(text: string): string {
  return text.replace(/\$\{[A-Z_]+:?-([^}]*)\}/g, '$1');
}
