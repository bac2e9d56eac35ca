// Completion in a real bash that has no bash-completion: the script alone must do.

import { execFile } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { encodeRecord, envelope, topicCatalogue, topicDefaults } from '@regionpilot/protocol';
import { beforeAll, expect, test } from 'vitest';
import { decision } from '../../support/decisions.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-complete-'));
const bus = join(folder, 'bus.sqlite');

beforeAll(async () => {
  symlinkSync(process.execPath, join(folder, 'node'));
  symlinkSync(main, join(folder, 'regionpilot'));
  writeFileSync(join(folder, 'regionpilot.yaml'), 'topics: { replication: 1 }');
  const log = openEmbeddedBus({ file: bus });
  await log.applyTopics(topicCatalogue({ ...topicDefaults, replication: 1, minInsyncReplicas: 1 }));
  for (const group of ['payments', 'pay\u001b[31mments', 'sessions']) {
    const headers = envelope({ kind: 'decision', id: group, source: '/test', atMs: 1 });
    const value = encodeRecord(decision({ group }));
    await log.publish('regionpilot.decisions', [{ key: group, value, headers }]);
  }
  await log.close();
});

/** What bash would offer for a line, with the cursor at its end. */
async function offered(line: string): Promise<readonly string[]> {
  const script = `
    source <(regionpilot completion bash)
    COMP_LINE=${quote(line)}; COMP_POINT=\${#COMP_LINE}
    _regionpilot regionpilot
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { stdout } = await run('bash', ['--norc', '--noprofile', '-c', script], {
    cwd: folder,
    env,
  });
  return stdout.split('\n').filter((word) => word !== '');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

test('bash completes subcommands, options and their values', async () => {
  expect(await offered('regionpilot do')).toEqual(['doctor']);
  expect(await offered('regionpilot hold ')).toEqual(['set', 'clear']);
  expect(await offered('regionpilot status --wa')).toEqual(['--watch']);
  expect(await offered('regionpilot hold set --automation ')).toEqual(['enforce', 'shadow', 'off']);
  // Bash breaks words at =, so only what follows it is offered.
  expect(await offered('regionpilot hold set --automation=s')).toEqual(['shadow']);
});

test('bash completes names the log knows, and none that would harm a terminal', async () => {
  expect(await offered(`regionpilot explain --file ${bus} `)).toEqual(['payments', 'sessions']);
  expect(await offered(`regionpilot hold set --file ${bus} payments --use e`)).toEqual(['eu']);
});

test('bash completes files where a file is wanted', async () => {
  expect(await offered('regionpilot status --config regionpilot.y')).toEqual(['regionpilot.yaml']);
});

test('a log that is out of reach costs no more than a moment, and offers nothing', async () => {
  const startedMs = Date.now();
  expect(await offered('regionpilot explain --brokers 127.0.0.1:1 ')).toEqual([]);
  expect(Date.now() - startedMs).toBeLessThan(15_000);
});
