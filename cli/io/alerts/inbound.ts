/** Acks made in PagerDuty, heard by the service when it is given a port. */
import { type Alerting, type Inbound, readSecrets, startInbound } from '@regionpilot/alerts';
import type { AlertsRunEvent } from '../../alerts/log-line.ts';
import type { AlertsRunRequest } from '../../commands/alerts-run.ts';
import { usageError } from '../../exit.ts';

/**
 * Null when it is not wanted.
 * @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE, PORT_IN_USE.
 */
export async function openInbound(
  request: AlertsRunRequest,
  { ack }: Pick<Alerting, 'ack'>,
  log: (event: AlertsRunEvent) => void,
): Promise<Inbound | null> {
  const { inboundPort: port, inboundHost: host, inboundSecretFile: files } = request;
  if (port === undefined) return null;
  const secrets = [...readSecrets(files).values()];
  const inbound = await startInbound({ host, port, secrets, onAck: ack, log });
  log({ event: 'inboundListening', host, port: inbound.port });
  return inbound;
}

/** @throws {PipelineError} CONFIG_INVALID when only one half of it is given. */
export function checkInbound({ inboundPort, inboundSecretFile }: AlertsRunRequest): void {
  if (inboundPort !== undefined && inboundSecretFile.length === 0) {
    throw usageError(
      '--inbound-port wants --inbound-secret-file: unsigned, anybody could acknowledge pages',
    );
  }
  if (inboundPort === undefined && inboundSecretFile.length > 0) {
    throw usageError('--inbound-secret-file wants --inbound-port');
  }
}
