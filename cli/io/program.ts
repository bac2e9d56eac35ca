/**
 * The whole command: every subcommand registered once, usage mistakes in one line, exit codes kept.
 * A new command is one line in `commandsOf`.
 */
import { Command, CommanderError } from 'commander';
import { aggregatorCommand } from '../commands/aggregator.ts';
import { alertsCommand } from '../commands/alerts.ts';
import type { Go } from '../commands/common.ts';
import { demoCommand } from '../commands/demo.ts';
import { drillCommand } from '../commands/drill.ts';
import { explainCommand } from '../commands/explain.ts';
import { holdCommand } from '../commands/hold.ts';
import { replayCommand } from '../commands/replay.ts';
import { statusCommand } from '../commands/status.ts';
import { tapCommand } from '../commands/tap.ts';
import { topicsCommand } from '../commands/topics.ts';
import { type ExitCode, exitCodeOf, exitCodes, exitHelp, failureText } from '../exit.ts';
import { runAggregator } from './aggregator.ts';
import { listAlerts, listSilences, showAlert } from './alerts/look.ts';
import { ackAlert, endSilence, setSilence } from './alerts/order.ts';
import { replayRules } from './alerts/replay.ts';
import { runAlerts } from './alerts/run.ts';
import { checkAlerts, testReceiver, testRoutes } from './alerts/trial.ts';
import { runDemonstration } from './demo.ts';
import { runDrill } from './drill/drill.ts';
import { runExplain } from './explain.ts';
import { clearHold, setHold } from './hold.ts';
import { runReplay } from './replay.ts';
import type { Session } from './session.ts';
import { runStatus } from './status.ts';
import { runTap } from './tap.ts';
import { applyTopics, verifyTopics } from './topics.ts';

/** Binds a command's runner to this run. */
type Bind = <Request>(
  run: (session: Session, request: Request) => Promise<ExitCode>,
) => Go<Request>;

function commandsOf(go: Bind): readonly Command[] {
  return [
    demoCommand(go(runDemonstration)),
    aggregatorCommand(go(runAggregator)),
    alertsCommand({
      run: go(runAlerts),
      list: go(listAlerts),
      show: go(showAlert),
      ack: go(ackAlert),
      silence: go(setSilence),
      silences: go(listSilences),
      unsilence: go(endSilence),
      test: go(testReceiver),
      routesTest: go(testRoutes),
      check: go(checkAlerts),
      replay: go(replayRules),
    }),
    topicsCommand(go(applyTopics), go(verifyTopics)),
    statusCommand(go(runStatus)),
    explainCommand(go(runExplain)),
    holdCommand(go(setHold), go(clearHold)),
    tapCommand(go(runTap)),
    replayCommand(go(runReplay)),
    drillCommand(go(runDrill)),
  ];
}

/** @param argv Arguments after the program's name. Never throws. */
export async function runCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = new Command('regionpilot')
    .description('Fleet-wide failover for active-active Redis and Valkey.')
    .version('0.1.0')
    .addHelpText('after', `\nStart with: regionpilot demo\n${exitHelp}`);
  for (const command of commandsOf((run) => async (request) => {
    code = await run(session, request);
  })) {
    program.addCommand(command);
  }
  for (const command of withChildren(program)) mannered(command, session);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    session.note(failureText(error));
    if (session.env['REGIONPILOT_DEBUG'] === '1' && error instanceof Error) {
      session.note(error.stack ?? '');
    }
    return exitCodeOf(error);
  }
}

function withChildren(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

function mannered(command: Command, { out, note }: Session): void {
  command.exitOverride().configureOutput({
    writeOut: out,
    writeErr: (text) => note(text.trimEnd()),
    outputError: (text) => note(`${usageLine(text)} (see "${fullName(command)} --help")`),
  });
}

/** `error: unknown command 'x'\n(Did you mean y?)` on one line. */
function usageLine(text: string): string {
  return `regionpilot: ${text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')}`;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
