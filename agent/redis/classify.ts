// What an error of ioredis or a reply of Redis means, in the closed list of error classes. Order of
// trust: the code the operating system gave, then the first word of the server's reply, then known
// sentences. Guessing from free text comes last, because wording changes between versions and a
// misread error is the commonest reason why a client does not leave a dead region.

import type { ErrorClass } from '@regionpilot/protocol';

type Row = readonly [pattern: string, errorClass: ErrorClass];

/** `error.code`, exact. */
export const codeRows: readonly Row[] = [
  ['ECONNREFUSED', 'refused'],
  // A unix socket whose server is gone.
  ['ENOENT', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['EAI_NODATA', 'dns'],
  ['EPROTO', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  // This process ran out of ports or descriptors: no region is to blame.
  ['EADDRNOTAVAIL', 'poolExhausted'],
  ['EMFILE', 'poolExhausted'],
  ['ENFILE', 'poolExhausted'],
  ['ABORT_ERR', 'cancelled'],
];

/** Start of `error.code`. */
export const codeStartRows: readonly Row[] = [
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
  ['CRL_', 'tls'],
  ['UNABLE_TO_GET_', 'tls'],
];

/** First word of a reply. `ERR` says nothing by itself and is read as a sentence. */
export const replyRows: readonly Row[] = [
  ['LOADING', 'loading'],
  ['READONLY', 'readonly'],
  ['BUSY', 'busy'],
  ['OOM', 'oom'],
  ['MISCONF', 'misconf'],
  ['IOERR', 'misconf'],
  ['MASTERDOWN', 'masterdown'],
  ['CLUSTERDOWN', 'clusterdown'],
  ['NOREPLICAS', 'noreplicas'],
  ['NOAUTH', 'auth'],
  ['WRONGPASS', 'auth'],
  ['DENIED', 'auth'],
  ['NOPERM', 'noperm'],
  ['WRONGTYPE', 'wrongtype'],
  ['NOSCRIPT', 'script'],
  ['EXECABORT', 'execabort'],
  ['MOVED', 'moved'],
  ['ASK', 'ask'],
  ['TRYAGAIN', 'tryagain'],
  ['CROSSSLOT', 'crossslot'],
  ['NOPROTO', 'syntax'],
];

/** Part of the message, lower case; first match wins. */
export const sentenceRows: readonly Row[] = [
  ['max number of clients', 'maxclients'],
  ['command timed out', 'timeout'],
  ['socket timeout', 'timeout'],
  ['etimedout', 'timeout'],
  ['connection is closed', 'closed'],
  ["stream isn't writeable", 'closed'],
  ["cluster isn't ready", 'closed'],
  ['cluster is ended', 'closed'],
  ['command aborted due to connection close', 'closed'],
  ['max retries per request', 'closed'],
  ['all sentinels are unreachable', 'unreachable'],
  ['failed to connect to sentinel', 'unreachable'],
  ['none of startup nodes is available', 'unreachable'],
  ['failed to refresh slots cache', 'unreachable'],
  ['too many cluster redirections', 'moved'],
  ['command queue state error', 'protocol'],
  ['protocol error', 'protocol'],
  ['please report this', 'protocol'],
  ['client sent auth', 'auth'],
  ['invalid password', 'auth'],
  ['error running script', 'script'],
  ['error compiling', 'script'],
  ['user_script', 'script'],
  ['function not found', 'script'],
  ['syntax error', 'syntax'],
  ['unknown command', 'syntax'],
  ['unknown subcommand', 'syntax'],
  ['wrong number of arguments', 'syntax'],
  ['not an integer', 'syntax'],
  ['not a valid float', 'syntax'],
  ['not a float', 'syntax'],
  ['out of range', 'syntax'],
  ['invalid', 'syntax'],
  ['aborted', 'cancelled'],
];

const codes = new Map(codeRows);
const replies = new Map(replyRows);

/** The class of anything that was thrown or rejected with. Never throws; unknown is `other`. */
export function classify(error: unknown): ErrorClass {
  if (typeof error !== 'object' || error === null) return 'other';
  const { code, message, name, errors } = error as Record<string, unknown>;
  return (
    classOfCode(code) ??
    (name === 'MaxRetriesPerRequestError' ? 'closed' : undefined) ??
    classOfMessage(message) ??
    classOfFirst(errors) ??
    'other'
  );
}

function classOfCode(code: unknown): ErrorClass | undefined {
  if (typeof code !== 'string') return undefined;
  return codes.get(code) ?? codeStartRows.find(([start]) => code.startsWith(start))?.[1];
}

function classOfMessage(message: unknown): ErrorClass | undefined {
  if (typeof message !== 'string') return undefined;
  const end = message.indexOf(' ');
  const reply = replies.get(end === -1 ? message : message.slice(0, end));
  if (reply !== undefined) return reply;
  const sentence = message.slice(0, 300).toLowerCase();
  return sentenceRows.find(([part]) => sentence.includes(part))?.[1];
}

/** Several addresses of one name were tried (AggregateError): the first one speaks. */
function classOfFirst(errors: unknown): ErrorClass | undefined {
  return Array.isArray(errors) && errors.length > 0 ? classify(errors[0]) : undefined;
}
