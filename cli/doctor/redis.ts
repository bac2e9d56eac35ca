// Questions about the regions' servers themselves, as this machine sees them: the fleet's evidence
// decides, and this only tells whoever looks whether a server answers here too.

import { formatDuration } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, warning } from './finding.ts';

/** Where a region's server is; `tls` for `rediss://`. */
export type RedisTarget = {
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
};

export type RedisFact = {
  readonly target: RedisTarget;
  readonly answer:
    | { readonly kind: 'answered'; readonly tookMs: number; readonly info: RedisInfo }
    /** It answers, and wants a password before it says more. */
    | { readonly kind: 'locked'; readonly tookMs: number }
    | { readonly kind: 'silent'; readonly reason: string };
};

export type RedisInfo = {
  readonly version: string;
  readonly role: string;
  readonly usedBytes: number;
  /** 0: no bound. */
  readonly maxBytes: number;
  readonly loading: boolean;
};

/** `eu=host:port`, `eu=rediss://host:port`; null when it is neither. */
export function redisTarget(text: string): RedisTarget | null {
  const match = /^([^=\s]+)=(?:(rediss?):\/\/)?(\[[0-9a-f:]+\]|[^:\s/@]+):(\d{1,5})$/i.exec(text);
  if (match === null) return null;
  const [, region = '', scheme, host = '', digits] = match;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return null;
  return { region, host: host.replace(/^\[|\]$/g, ''), port, tls: scheme === 'rediss' };
}

/** Reads the answer to `INFO`. */
export function redisInfo(text: string): RedisInfo {
  const fields = new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  return {
    version: harmless(fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown'),
    role: harmless(fields.get('role') ?? 'unknown'),
    usedBytes: Number(fields.get('used_memory') ?? 0),
    maxBytes: Number(fields.get('maxmemory') ?? 0),
    loading: fields.get('loading') === '1',
  };
}

function questionOf(region: string): Question {
  return {
    id: `redis.${region}`,
    category: 'redis',
    title: `the server of ${region} answers here`,
  };
}

export function redisFinding({ target, answer }: RedisFact): Finding {
  const question = questionOf(target.region);
  const where = `${target.host}:${target.port}`;
  switch (answer.kind) {
    case 'silent':
      return failed(question, `${where}: ${answer.reason}`, 'redis-cli -h HOST -p PORT ping');
    case 'locked': {
      const detail = `${where} answers in ${formatDuration(answer.tookMs)} and wants a password`;
      return warning(question, detail, 'name its file: --redis-password-file PATH');
    }
    case 'answered': {
      const worry = worryOf(answer.info);
      const detail = `${where} in ${formatDuration(answer.tookMs)}, ${infoText(answer.info)}`;
      return worry === null
        ? ok(question, detail)
        : warning(question, `${detail}\n${worry}`, 'redis-cli -h HOST -p PORT info');
    }
  }
}

/** Shares of `maxmemory` beyond which writes may soon be refused or keys evicted. */
const fullAt = 0.95;

function worryOf({ role, loading, usedBytes, maxBytes }: RedisInfo): string | null {
  if (loading) return 'it is still loading its data';
  if (role === 'slave') return 'it is a replica: writes are refused there';
  if (maxBytes > 0 && usedBytes / maxBytes > fullAt) return 'its memory is nearly full';
  return null;
}

function infoText({ version, role, usedBytes, maxBytes }: RedisInfo): string {
  const bound = maxBytes === 0 ? '' : ` of ${megabytes(maxBytes)}`;
  return `version ${version}, ${role}, ${megabytes(usedBytes)}${bound}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
