// The words of `regionpilot doctor`: its options, help and examples.

import { Command, InvalidArgumentError, Option } from 'commander';
import { type Category, categories } from '../doctor/finding.ts';
import { type RedisTarget, redisTarget } from '../doctor/redis.ts';
import { duration, type Flags, type Go, withBus, withExamples, withTopics } from './common.ts';

export type DoctorRequest = Flags & {
  readonly category?: readonly Category[];
  readonly strict?: boolean;
  /** ms to try again while something fails. */
  readonly wait?: number;
  readonly redis: readonly RedisTarget[];
  readonly redisPasswordFile?: string;
  readonly alerts?: string;
  readonly tokensFile?: string;
  readonly cacheFile?: string;
};

export function doctorCommand(go: Go<DoctorRequest>): Command {
  const command = withTopics(withBus(new Command('doctor')))
    .description('what is wrong with this deployment, and what to do about it')
    .addOption(new Option('--category <name...>', 'only these questions').choices(categories))
    .option('--strict', 'a warning fails too')
    .option(
      '--wait <duration>',
      'ask again until nothing fails, at most this long',
      duration(1_000, 3_600_000, '1s to 1h'),
    )
    .option('--redis <region=host:port>', 'a server to ask, rediss:// for TLS (repeat)', redis, [])
    .option('--redis-password-file <path>', 'what those servers want to hear')
    .option('--alerts <path>', 'the alerts file in use')
    .option('--tokens-file <path>', "the API's tokens")
    .option('--cache-file <path>', 'where agents of this machine keep decisions')
    .action((request: DoctorRequest) => go(request));
  return withExamples(
    command,
    'regionpilot doctor --brokers kafka-1:9092',
    'regionpilot doctor --config regionpilot.yaml --alerts alerts.yaml --strict',
    'regionpilot doctor --file bus.sqlite --category topics aggregators',
    'regionpilot doctor --wait 2m --json | jq ".findings[] | select(.level == \\"failed\\")"',
  );
}

function redis(text: string, before: readonly RedisTarget[]): readonly RedisTarget[] {
  const target = redisTarget(text);
  if (target !== null) return [...before, target];
  throw new InvalidArgumentError('Wanted region=host:port, for example eu-west=10.0.0.1:6379.');
}
