/** Starts one alerting process. */
import { countedBuses } from '@regionpilot/bus';
import type { Alerting, AlertingOptions } from '../alerting.ts';
import { AlertingProcess } from './process.ts';

/** @throws {PipelineError} BUS_UNREACHABLE or TOPIC_MISSING when the log is not there at start. */
export async function startAlerting(options: AlertingOptions): Promise<Alerting> {
  const { tally, ...buses } = countedBuses(options);
  const alerting = new AlertingProcess({ ...options, ...buses });
  await alerting.open();
  return {
    status: () => alerting.status(),
    metrics: () => ({ ...alerting.metrics(), log: tally.reading() }),
    reload: (config, secrets) => alerting.reload(config, secrets),
    refuse: (problem) => alerting.refuse(problem),
    ack: (ack) => alerting.ack(ack),
    close: () => alerting.close(true),
    abandon: () => alerting.close(false),
  };
}
