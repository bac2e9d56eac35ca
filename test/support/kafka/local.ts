// A broker as a child process. A shell stands between us and Java: it ends the broker and removes
// its folder when our end of its standard input closes, also when this process is killed.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrokerSettings, propertiesFile, type RunningBroker } from './properties.ts';

const run = promisify(execFile);
const startWithinMs = 90_000;

const keeper = `
"$@" > "$BROKER_FOLDER/log" 2>&1 < /dev/null &
echo $!
cat > /dev/null
kill -9 $! 2> /dev/null
wait $! 2> /dev/null
rm -rf "$BROKER_FOLDER"
rmdir "$(dirname "$BROKER_FOLDER")" 2> /dev/null
`;

export async function localBroker(
  jars: string,
  folder: string,
  format: readonly string[],
  settings: BrokerSettings,
): Promise<RunningBroker> {
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, propertiesFile(settings));
  const java = ['-cp', `${jars}/*`];
  const quiet = [
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  ];
  const tool = ['kafka.tools.StorageTool', 'format', ...format, '-c', properties];
  await run('java', ['-XX:TieredStopAtLevel=1', ...quiet, ...java, ...tool]);

  const keepers: ChildProcess[] = [];
  let pid = 0;

  const start = async (): Promise<void> => {
    const heap = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const command = ['java', ...heap, ...quiet, ...java, 'kafka.Kafka', properties];
    rmSync(join(folder, 'log'), { force: true });
    const child = spawn('sh', ['-c', keeper, 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, BROKER_FOLDER: folder },
    });
    keepers.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    pid = Number(line);
    try {
      await started(join(folder, 'log'), pid);
    } catch (error) {
      await end(child);
      throw error;
    }
  };

  await start();
  return {
    restart: start,
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await sleep(10);
    },
    stop: async () => {
      await Promise.all(keepers.map(end));
    },
  };
}

async function started(log: string, pid: number): Promise<void> {
  const deadlineMs = performance.now() + startWithinMs;
  for (;;) {
    // The keeper may not have opened it yet.
    const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
    if (text.includes('Kafka Server started')) return;
    if (!isAlive(pid)) throw new Error(`Kafka did not start:\n${text.slice(-3_000)}`);
    if (performance.now() > deadlineMs) {
      throw new Error(
        `Kafka took longer than ${startWithinMs} ms to start:\n${text.slice(-3_000)}`,
      );
    }
    await sleep(50);
  }
}

/** A killed child of the keeper stays a zombie until the keeper goes: that counts as dead. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) Z/.test(stat);
  } catch {
    return true; // No /proc here: the signal's answer has to do.
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}
