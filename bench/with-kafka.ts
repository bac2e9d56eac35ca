// `npm run drill`: the command with a Kafka behind it. One that is named is used; else a local one
// is started for as long as the command runs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { KafkaUnavailable, type RealKafka, startKafka } from '../test/support/kafka.ts';

const variable = 'REGIONPILOT_KAFKA_BROKERS';
const command = join(import.meta.dirname, '../cli/main.ts');
const args = process.argv.slice(2);

// Ctrl-C reaches the command too; it ends its own first, then Kafka goes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

process.exitCode = needsKafka() ? await withKafka() : await run({});

function needsKafka(): boolean {
  const named = args.some((arg) => /^--(brokers|file|config|help)\b/.test(arg));
  const embedded = args.some(
    (arg, i) => arg === '--bus=embedded' || (arg === 'embedded' && args[i - 1] === '--bus'),
  );
  return !named && !embedded && (process.env[variable] ?? '') === '';
}

async function withKafka(): Promise<number> {
  let kafka: RealKafka;
  try {
    kafka = await startKafka();
  } catch (error) {
    if (!(error instanceof KafkaUnavailable)) throw error;
    console.error(`${error.message}; name one with ${variable}=host:port, or use --bus embedded`);
    return 3;
  }
  console.error(`Kafka on ${kafka.brokers.join(',')} (${kafka.how})`);
  try {
    return await run({ [variable]: kafka.brokers.join(',') });
  } finally {
    await kafka.stop();
  }
}

async function run(env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [command, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const [code] = await once(child, 'exit');
  return code ?? 130;
}
