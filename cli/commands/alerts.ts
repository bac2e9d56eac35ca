// The words of `regionpilot alerts`: every command about telling people, in one tree.

import { Command } from 'commander';
import {
  type AlertsCheckRequest,
  type AlertsRoutesRequest,
  type AlertsTestRequest,
  checkCommand,
  routesCommand,
  testCommand,
} from './alerts-config.ts';
import {
  type AlertsListRequest,
  type AlertsShowRequest,
  listCommand,
  showCommand,
} from './alerts-look.ts';
import {
  type AlertsAckRequest,
  type AlertsSilenceRequest,
  type AlertsSilencesRequest,
  type AlertsUnsilenceRequest,
  ackCommand,
  silenceCommand,
  silencesCommand,
  unsilenceCommand,
} from './alerts-order.ts';
import { type AlertsReplayRequest, alertsReplayCommand } from './alerts-replay.ts';
import { type AlertsRunRequest, alertsRunCommand } from './alerts-run.ts';
import type { Go } from './common.ts';

export type AlertsGo = {
  readonly run: Go<AlertsRunRequest>;
  readonly list: Go<AlertsListRequest>;
  readonly show: Go<AlertsShowRequest>;
  readonly ack: Go<AlertsAckRequest>;
  readonly silence: Go<AlertsSilenceRequest>;
  readonly silences: Go<AlertsSilencesRequest>;
  readonly unsilence: Go<AlertsUnsilenceRequest>;
  readonly test: Go<AlertsTestRequest>;
  readonly routesTest: Go<AlertsRoutesRequest>;
  readonly check: Go<AlertsCheckRequest>;
  readonly replay: Go<AlertsReplayRequest>;
};

export function alertsCommand(go: AlertsGo): Command {
  const command = new Command('alerts').description(
    'tell people: run the service, look, acknowledge, silence, try out',
  );
  for (const each of [
    alertsRunCommand(go.run),
    listCommand(go.list),
    showCommand(go.show),
    ackCommand(go.ack),
    silenceCommand(go.silence),
    silencesCommand(go.silences),
    unsilenceCommand(go.unsilence),
    checkCommand(go.check),
    routesCommand(go.routesTest),
    testCommand(go.test),
    alertsReplayCommand(go.replay),
  ]) {
    command.addCommand(each);
  }
  return command;
}
