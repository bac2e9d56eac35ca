// What a failed request means. kafkajs wraps errors in errors; the innermost one knows.

import { PipelineError } from '@regionpilot/protocol';

export type Failure =
  /** The topic is not there (or not known yet by the broker that was asked). */
  | 'topicMissing'
  /** A batch is larger than the topic takes. */
  | 'tooLarge'
  /** The broker that was asked is not the one to ask: look again. */
  | 'staleMetadata'
  | 'offsetOutOfRange'
  /** Will fail the same way until a person changes something. */
  | 'refused'
  /** A connection, a timeout, a broker in trouble: try again. */
  | 'passing';

const byType: Readonly<Record<string, Failure>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'topicMissing',
  UNKNOWN_TOPIC_ID: 'topicMissing',
  INVALID_TOPIC_EXCEPTION: 'topicMissing',
  MESSAGE_TOO_LARGE: 'tooLarge',
  RECORD_LIST_TOO_LARGE: 'tooLarge',
  NOT_LEADER_FOR_PARTITION: 'staleMetadata',
  LEADER_NOT_AVAILABLE: 'staleMetadata',
  FENCED_LEADER_EPOCH: 'staleMetadata',
  UNKNOWN_LEADER_EPOCH: 'staleMetadata',
  OFFSET_OUT_OF_RANGE: 'offsetOutOfRange',
  TOPIC_AUTHORIZATION_FAILED: 'refused',
  GROUP_AUTHORIZATION_FAILED: 'refused',
  CLUSTER_AUTHORIZATION_FAILED: 'refused',
  SASL_AUTHENTICATION_FAILED: 'refused',
  UNSUPPORTED_SASL_MECHANISM: 'refused',
  POLICY_VIOLATION: 'refused',
};

type KafkaError = { readonly type?: string; readonly name?: string; readonly cause?: unknown };

export function failureOf(error: unknown): Failure {
  for (let at = error, depth = 0; isError(at) && depth < 8; at = at.cause, depth++) {
    const known = byType[at.type ?? ''];
    if (known !== undefined) return known;
    if (at.name === 'KafkaJSSASLAuthenticationError') return 'refused';
  }
  return 'passing';
}

/** One line for a person, innermost reason first. */
export function reasonOf(error: unknown): string {
  let at = error;
  while (isError(at) && isError(at.cause) && at.cause !== at) at = at.cause;
  const text = at instanceof Error ? at.message : String(at);
  return text.split('\n')[0] ?? text;
}

export function unreachable(brokers: readonly string[], cause: unknown): PipelineError {
  const message = `Kafka cannot be reached at ${brokers.join(', ')}: ${reasonOf(cause)}`;
  return new PipelineError('BUS_UNREACHABLE', message, {
    brokers,
    cause,
    retriable: failureOf(cause) !== 'refused',
  });
}

export function sendFailed(topic: string, cause: unknown): PipelineError {
  const message = `Not acknowledged by Kafka for topic ${topic}: ${reasonOf(cause)}`;
  return new PipelineError('BUS_SEND_FAILED', message, {
    topic,
    cause,
    retriable: failureOf(cause) !== 'refused',
  });
}

/** The brokers said no to some topics, each for a reason that is mostly the same. */
export function topicsRefused(cause: { readonly errors?: readonly unknown[] }): PipelineError {
  const errors = (cause.errors ?? []) as readonly { readonly topic?: string }[];
  const names = errors.map(({ topic }) => topic ?? 'a topic');
  const rest = names.length > 1 ? ` and ${names.length - 1} more` : '';
  const reasons = [...new Set(errors.map(reasonOf))].join('; ');
  const message = `Kafka refused to make ${names[0] ?? 'a topic'}${rest}: ${reasons}`;
  return new PipelineError('TOPIC_TOO_WEAK', message, { topics: names, cause, retriable: false });
}

function isError(value: unknown): value is KafkaError {
  return typeof value === 'object' && value !== null;
}
