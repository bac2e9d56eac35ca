// The words of `regionpilot tap`: its options, help and examples.

import { type TopicName, topicNames } from '@regionpilot/protocol';
import { Command, InvalidArgumentError } from 'commander';
import { type Moment, parseMoment } from '../moment.ts';
import { unknownName } from '../suggest.ts';
import { type Flags, type Go, integer, withBus, withExamples } from './common.ts';

export type TapFrom = Moment | { readonly kind: 'start' } | { readonly kind: 'end' };

export type TapRequest = Flags & {
  readonly topics: readonly TopicName[];
  /** Default: `end` when following, else `start`. */
  readonly from?: TapFrom;
  readonly group?: string;
  readonly limit?: number;
  readonly follow: boolean;
};

/** Without the topics that speak many times a second. */
const calmTopics: readonly TopicName[] = ['decisions', 'overrides', 'incidents', 'deadletter'];

export function tapCommand(go: Go<TapRequest>): Command {
  const command = withBus(new Command('tap'))
    .description('follow topics, decoded, one line per record')
    .argument(
      '[topics...]',
      `${topicNames.join(', ')} (default ${calmTopics.join(', ')})`,
      topicName,
      [],
    )
    .option('--from <where>', 'start, end, or a time: ISO 8601 or -10m', from)
    .option('--group <name>', 'only records of this group')
    .option('--limit <n>', 'stop after n records', integer(1, 1_000_000_000))
    .option('--no-follow', 'stop at the end of what is there')
    .action((named: readonly TopicName[], flags: Omit<TapRequest, 'topics'>) =>
      go({ ...flags, topics: named.length === 0 ? calmTopics : [...new Set(named)] }),
    );
  return withExamples(
    command,
    'regionpilot tap --brokers kafka-1:9092',
    'regionpilot tap decisions incidents --from -1h --group payments',
    'regionpilot tap events --from start --no-follow --json | jq .',
  );
}

function topicName(text: string, before: readonly TopicName[]): readonly TopicName[] {
  const found = topicNames.find((name) => text === name || text.endsWith(`.${name}`));
  if (found !== undefined) return [...before, found];
  throw new InvalidArgumentError(`There is ${unknownName('topic', text, topicNames)}`);
}

function from(text: string): TapFrom {
  if (text === 'start' || text === 'end') return { kind: text };
  const parsed = parseMoment(text);
  if (parsed !== null) return parsed;
  throw new InvalidArgumentError('Wanted start, end, or a time: ISO 8601 or -10m.');
}
