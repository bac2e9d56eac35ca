// Which files hold secrets of which receivers. Only the names: the shell reads them.

import type { Receiver } from '../receiver.ts';

/** Every secret file of these receivers, each once, in order of appearance. */
export function secretFilesOf(receivers: readonly Receiver[]): readonly string[] {
  return [...new Set(receivers.flatMap(filesOf))];
}

/** The secret files of one receiver. */
export function filesOf(receiver: Receiver): readonly string[] {
  switch (receiver.kind) {
    case 'pagerduty':
      return [receiver.routingKeyFile];
    case 'webhook':
      return receiver.secretFiles;
    case 'slack':
      return [receiver.urlFile];
    case 'alertmanager':
      return [];
    case 'email':
      return receiver.passwordFile === null ? [] : [receiver.passwordFile];
  }
}
