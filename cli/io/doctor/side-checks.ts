/** Questions that need no event log: servers, receivers, certificates, tokens, the disk. */

import { fileSettings } from '../../config/file-settings.ts';
import {
  alertingFinding,
  alertingQuestion,
  receiversFinding,
  receiversQuestion,
  throughFinding,
  throughQuestion,
} from '../../doctor/alerting.ts';
import { certificatesQuestion, tokensQuestion } from '../../doctor/expiry.ts';
import { type RedisTarget, redisFinding, redisTarget } from '../../doctor/redis.ts';
import { firingReceivers } from '../../doctor/troubled.ts';
import { loadAlertsWithSecrets } from '../alerts/config-file.ts';
import { readAlerts } from '../alerts/read-topic.ts';
import { readText } from '../files.ts';
import { readTopic } from '../read-log.ts';
import type { Check } from './checks.ts';
import { cacheFinding, cacheQuestion, certificateFinding, tokenFinding } from './files.ts';
import { askRedis } from './redis.ts';
import type { World } from './world.ts';

const fileMs = 1_000;

export function sideChecks(world: World): readonly Check[] {
  return [
    ...redisChecks(world),
    ...receiverChecks(world),
    ...certificateChecks(world),
    ...tokenChecks(world),
    ...cacheChecks(world),
  ];
}

function redisChecks({ request, file }: World): readonly Check[] {
  const named = Object.entries(file.doctor?.redis ?? {}).flatMap(
    ([region, address]) => redisTarget(`${region}=${address}`) ?? [],
  );
  const targets = new Map([...named, ...request.redis].map((target) => [target.region, target]));
  const passwordFile = request.redisPasswordFile ?? file.doctor?.redisPasswordFile;
  return [...targets.values()].map((target) => redisCheck(target, passwordFile));
}

function redisCheck(target: RedisTarget, passwordFile: string | undefined): Check {
  const title = `the server of ${target.region} answers here`;
  return {
    question: { id: `redis.${target.region}`, category: 'redis', title },
    timeoutMs: 3_500,
    ask: async () => {
      const password =
        passwordFile === undefined ? null : (readText(passwordFile).split(/\r?\n/)[0] ?? '');
      return redisFinding(await askRedis(target, password, 3_000));
    },
  };
}

function receiverChecks({ request, file }: World): readonly Check[] {
  const alerts = request.alerts ?? file.doctor?.alertsFile;
  if (alerts === undefined) return [];
  const ask: Check['ask'] = async () => receiversFinding(alerts, loadAlertsWithSecrets(alerts));
  return [{ question: receiversQuestion, timeoutMs: fileMs, ask }];
}

/** Every file of the config whose name says that it holds certificates or their key. */
function certificateChecks({ request, file, nowMs }: World): readonly Check[] {
  const flag =
    request.tlsCaFile === undefined ? [] : [['--tls-ca-file', request.tlsCaFile] as const];
  const inConfig = fileSettings(file).filter(([path]) => /(ca|cert|key)File$/i.test(path));
  return [...flag, ...inConfig].map(([path, name]) => ({
    question: certificatesQuestion(path),
    timeoutMs: fileMs,
    ask: async () => certificateFinding(path, name, nowMs()),
  }));
}

function tokenChecks({ request, file, nowMs }: World): readonly Check[] {
  const tokens = request.tokensFile ?? file.api?.tokensFile;
  if (tokens === undefined) return [];
  return [
    { question: tokensQuestion, timeoutMs: fileMs, ask: async () => tokenFinding(tokens, nowMs()) },
  ];
}

function cacheChecks({ request, file }: World): readonly Check[] {
  const cache = request.cacheFile ?? file.doctor?.cacheFile;
  if (cache === undefined) return [];
  return [{ question: cacheQuestion, timeoutMs: fileMs, ask: async () => cacheFinding(cache) }];
}

/** What the log knows of alerting. */
export const alertingChecks: readonly Check[] = [
  {
    question: alertingQuestion,
    timeoutMs: 5_000,
    ask: async ({ bus, full, nowMs }) => {
      const { owners } = await readAlerts(await bus(), full('alerts'));
      const savedMs = new Map<number, number>();
      for await (const { key, appendedMs } of readTopic(
        await bus(),
        full('state'),
        nowMs() - lookBackMs,
      )) {
        const partition = /^alerts\/(\d+)$/.exec(key)?.[1];
        if (partition !== undefined) savedMs.set(Number(partition), appendedMs);
      }
      return alertingFinding(owners, savedMs, nowMs());
    },
  },
  {
    question: throughQuestion,
    timeoutMs: 5_000,
    ask: async ({ bus, full, nowMs }) => {
      const view = await readAlerts(await bus(), full('alerts'));
      return throughFinding(view.owners.size > 0, firingReceivers(view, nowMs()));
    },
  },
];

/** Alerting saves every half minute, also when nothing happens. */
const lookBackMs = 90_000;
