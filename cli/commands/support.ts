// The words of `regionpilot support-bundle`.

import { Command, InvalidArgumentError } from 'commander';
import { type Flags, type Go, integer, withBus, withExamples, withTopics } from './common.ts';

export type SupportRequest = Flags & {
  readonly output?: string;
  readonly dryRun?: boolean;
  readonly last: number;
  readonly metricsUrl?: string;
};

export function supportCommand(go: Go<SupportRequest>): Command {
  const command = withTopics(withBus(new Command('support-bundle')))
    .description('one archive with everything a helper asks for, and no secret')
    .option('--output <path>', 'where to (default regionpilot-support-TIME.tar.gz here)')
    .option('--last <n>', 'how many incident records', integer(1, 100_000), 500)
    .option(
      '--metrics-url <url>',
      'scrape this too, for example http://localhost:9464/metrics',
      url,
    )
    .option('--dry-run', 'say what would be in it')
    .action((request: SupportRequest) => go(request));
  return withExamples(
    command,
    'regionpilot support-bundle --config regionpilot.yaml',
    'regionpilot support-bundle --brokers kafka-1:9092 --metrics-url http://localhost:9464/metrics',
    'regionpilot support-bundle --dry-run',
  );
}

function url(text: string): string {
  if (/^https?:\/\/[^\s/@]+(\/[^\s]*)?$/.test(text)) return text;
  throw new InvalidArgumentError('Wanted http://host:port/path, without a password in it.');
}
