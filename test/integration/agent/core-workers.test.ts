import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { SharedRoutes } from '../../../agent/index.ts';
import { decision } from '../../unit/agent/build.ts';
import { groups, openLog, startAgent, until } from './core-support.ts';

function startWorker(workerData: SharedRoutes): { worker: Worker; said: string[] } {
  const worker = new Worker(new URL('./core-worker-thread.ts', import.meta.url), { workerData });
  const said: string[] = [];
  worker.on('message', (text: string) => said.push(text));
  onTestFinished(async () => void (await worker.terminate()));
  return { worker, said };
}

test('worker threads follow the one agent of their process', async () => {
  const { bus, decide } = await openLog();
  const { agent } = startAgent({ groups }, bus);
  const workers = [startWorker(agent.workerData()), startWorker(agent.workerData())];
  await until('both started', () => workers.every(({ said }) => said.length > 0));
  await decide(decision({ epoch: 4, admit: { eu: 0, us: 10_000 } }));
  await until('both moved', () => workers.every(({ said }) => said.at(-1) === 'us 4 log'));
  expect(workers[0]?.said).toEqual(['eu 0 default', 'us 4 log']);
});

test('a worker that started with an old snapshot catches up by itself', async () => {
  const { bus, decide } = await openLog();
  const { agent } = startAgent({ groups, decisionStaleMs: 60_000 }, bus);
  const old = agent.workerData();
  await decide(decision({ epoch: 4, admit: { eu: 0, us: 10_000 } }));
  await until('moved', () => agent.route('cache').current.region === 'us');
  const { said } = startWorker(old);
  await until('caught up', () => said.at(-1) === 'us 4 log');
});

test('a worker whose work is done ends, its attached routes notwithstanding', async () => {
  const { bus } = await openLog();
  const { agent } = startAgent({ groups }, bus);
  const { worker, said } = startWorker(agent.workerData());
  await until('started', () => said.length > 0);
  let ended = false;
  worker.once('exit', () => {
    ended = true;
  });
  worker.postMessage('end');
  await until('ended', () => ended);
});
