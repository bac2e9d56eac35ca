// The `node` image that the Dockerfile begins with, made of the Node that the tests run on, this
// machine's npm, and the few programs that the recipe calls. It trusts whom this machine trusts.

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { StandIn } from './import.ts';
import { pathOf } from './path.ts';

export function nodeStandIn(): StandIn {
  const npm = join(realpathSync(pathOf('npm')), '../..');
  const trusted = process.env['NODE_EXTRA_CA_CERTS'];
  const certificates = trusted === undefined ? [] : [realpathSync(trusted)];
  return {
    tag: 'regionpilot-test/node:stand-in',
    programs: [
      '/bin/sh',
      ...nativeBuilders(),
      ...['env', 'find', 'rm', 'ln', 'chmod', 'chown', 'mkdir'].map((name) => `/usr/bin/${name}`),
    ],
    folders: certificates,
    moved: [
      [process.execPath, '/usr/local/bin/node'],
      [npm, '/usr/local/lib/node_modules/npm'],
    ],
    scripts: {
      '/usr/local/bin/npm': `#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n`,
    },
    changes: certificates.map((path) => `ENV NODE_EXTRA_CA_CERTS=${path}`),
  };
}

/** Native code that Vite would load, for the libraries that it loads itself. */
function nativeBuilders(): readonly string[] {
  const folder = join(import.meta.dirname, '../../../node_modules/@rolldown');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.node'))
    .map((name) => join(folder, name));
}
