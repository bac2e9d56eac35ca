/**
 * The whole command: every subcommand registered once, usage mistakes in one line, exit codes kept.
 * A new command is one line in `commandsOf`.
 */
import { Command, CommanderError } from 'commander';
import { aggregatorCommand } from '../commands/aggregator.ts';
import { alertsCommand } from '../commands/alerts.ts';
import { apiCommand } from '../commands/api.ts';
import type { Go } from '../commands/common.ts';
import {
  type CompleteRequest,
  completeCommand,
  completionCommand,
} from '../commands/completion.ts';
import { configCommand } from '../commands/config.ts';
import { contextCommand } from '../commands/context.ts';
import { demoCommand } from '../commands/demo.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { drillCommand } from '../commands/drill.ts';
import { explainCommand } from '../commands/explain.ts';
import { holdCommand } from '../commands/hold.ts';
import { replayCommand } from '../commands/replay.ts';
import { statusCommand } from '../commands/status.ts';
import { supportCommand } from '../commands/support.ts';
import { tapCommand } from '../commands/tap.ts';
import { tokenCommand } from '../commands/token.ts';
import { topCommand } from '../commands/top.ts';
import { topicsCommand } from '../commands/topics.ts';
import { locate } from '../completion/locate.ts';
import {
  type ExitCode,
  errorDocument,
  exitCodes,
  exitHelp,
  type Failure,
  failureFrom,
  failureText,
} from '../exit.ts';
import { schemaOf } from '../schemas.ts';
import { outJson, type Session } from './session.ts';

/** Binds a command's runner to this run. */
type Bind = <Request>(
  run: (session: Session, request: Request) => Promise<ExitCode>,
) => Go<Request>;

/** Each command brings its own parts when it runs, not for the others or for their help. */
function commandsOf(go: Bind): readonly Command[] {
  return [
    demoCommand(go(async (...run) => (await import('./demo.ts')).runDemonstration(...run))),
    aggregatorCommand(
      go(async (...run) => (await import('./aggregator.ts')).runAggregator(...run)),
    ),
    apiCommand(go(async (...run) => (await import('./api.ts')).runApi(...run))),
    alertsCommand({
      run: go(async (...run) => (await import('./alerts/run.ts')).runAlerts(...run)),
      list: go(async (...run) => (await import('./alerts/look.ts')).listAlerts(...run)),
      show: go(async (...run) => (await import('./alerts/look.ts')).showAlert(...run)),
      ack: go(async (...run) => (await import('./alerts/order.ts')).ackAlert(...run)),
      silence: go(async (...run) => (await import('./alerts/order.ts')).setSilence(...run)),
      silences: go(async (...run) => (await import('./alerts/look.ts')).listSilences(...run)),
      unsilence: go(async (...run) => (await import('./alerts/order.ts')).endSilence(...run)),
      test: go(async (...run) => (await import('./alerts/trial.ts')).testReceiver(...run)),
      routesTest: go(async (...run) => (await import('./alerts/trial.ts')).testRoutes(...run)),
      check: go(async (...run) => (await import('./alerts/trial.ts')).checkAlerts(...run)),
      replay: go(async (...run) => (await import('./alerts/replay.ts')).replayRules(...run)),
    }),
    topicsCommand(
      go(async (...run) => (await import('./topics.ts')).applyTopics(...run)),
      go(async (...run) => (await import('./topics.ts')).verifyTopics(...run)),
    ),
    doctorCommand(go(async (...run) => (await import('./doctor.ts')).runDoctor(...run))),
    statusCommand(go(async (...run) => (await import('./status.ts')).runStatus(...run))),
    topCommand(go(async (...run) => (await import('./top.ts')).runTop(...run))),
    explainCommand(go(async (...run) => (await import('./explain.ts')).runExplain(...run))),
    holdCommand(
      go(async (...run) => (await import('./hold.ts')).setHold(...run)),
      go(async (...run) => (await import('./hold.ts')).clearHold(...run)),
    ),
    tokenCommand({
      create: go(async (...run) => (await import('./token.ts')).makeToken(...run)),
      list: go(async (...run) => (await import('./token.ts')).listTokens(...run)),
      revoke: go(async (...run) => (await import('./token.ts')).revokeToken(...run)),
    }),
    tapCommand(go(async (...run) => (await import('./tap.ts')).runTap(...run))),
    replayCommand(go(async (...run) => (await import('./replay.ts')).runReplay(...run))),
    configCommand({
      validate: go(async (...run) => (await import('./config.ts')).validateConfig(...run)),
      explain: go(async (...run) => (await import('./config.ts')).explainConfig(...run)),
      diff: go(async (...run) => (await import('./config.ts')).diffConfig(...run)),
    }),
    contextCommand({
      list: go(async (...run) => (await import('./context.ts')).listContexts(...run)),
      use: go(async (...run) => (await import('./context.ts')).useContext(...run)),
      show: go(async (...run) => (await import('./context.ts')).showContext(...run)),
      set: go(async (...run) => (await import('./context.ts')).setContext(...run)),
      delete: go(async (...run) => (await import('./context.ts')).deleteContext(...run)),
    }),
    supportCommand(go(async (...run) => (await import('./support.ts')).makeBundle(...run))),
    completionCommand(
      go(async (...run) => (await import('./completion.ts')).runCompletion(...run)),
    ),
    drillCommand(go(async (...run) => (await import('./drill/drill.ts')).runDrill(...run))),
  ];
}

/** The command tree, with its manners, and everything that runs it. */
export function createProgram(session: Session, keep: (code: ExitCode) => void): Command {
  const program = new Command('regionpilot')
    .description('Fleet-wide failover for active-active Redis and Valkey.')
    .version('0.1.0')
    .addHelpText('after', `\nStart with: regionpilot demo\n${exitHelp}`);
  const go: Bind = (run) => async (request) => keep(await run(session, request));
  for (const command of commandsOf(go)) program.addCommand(command);
  program.addCommand(completeCommand(go(answerShell)), { hidden: true });
  for (const command of withChildren(program)) mannered(command, session);
  return program;
}

async function answerShell(session: Session, request: CompleteRequest): Promise<ExitCode> {
  return (await import('./completion.ts')).complete(session, request);
}

/** @param argv Arguments after the program's name. Never throws. */
export async function runCommand(argv: readonly string[], given: Session): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const mouth = heardMouth(given);
  const program = createProgram(mouth.session, (kept) => {
    code = kept;
  });
  const { command, used } = locate(program, argv);
  if (used.has('--schema')) return printSchema(given, command);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) return exitCodes.ok;
    if (!(error instanceof CommanderError)) given.note(failureText(error));
    if (used.has('--json') && !mouth.spoke()) outJson(given, errorDocument(failure));
    if (given.env['REGIONPILOT_DEBUG'] === '1' && error instanceof Error) {
      given.note(error.stack ?? '');
    }
    return failure.exitCode;
  }
}

/** Whether data went out already: then a failure must not add a second document. */
function heardMouth(session: Session): { session: Session; spoke: () => boolean } {
  let spoke = false;
  const out = (text: string): void => {
    spoke = true;
    session.out(text);
  };
  return { session: { ...session, out }, spoke: () => spoke };
}

/** Null for what is no failure: `--help` and `--version`. */
function failureOf(error: unknown): Failure | null {
  if (!(error instanceof CommanderError)) return failureFrom(error);
  if (error.exitCode === 0) return null;
  return {
    type: 'USAGE',
    message: usageWords(error.message),
    exitCode: exitCodes.usage,
    problems: [],
  };
}

function printSchema(session: Session, command: Command): ExitCode {
  const schema = schemaOf(commandPath(command));
  if (schema === null) {
    session.note(`regionpilot: "${fullName(command)}" prints no JSON of its own`);
    return exitCodes.usage;
  }
  session.out(`${JSON.stringify(schema, null, 2)}\n`);
  return exitCodes.ok;
}

function withChildren(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

function mannered(command: Command, { out, note }: Session): void {
  if (schemaOf(commandPath(command)) !== null)
    command.option('--schema', 'print the JSON Schema of --json and exit');
  command.exitOverride().configureOutput({
    writeOut: out,
    writeErr: (text) => note(text.trimEnd()),
    outputError: (text) => note(`${usageLine(text)} (see "${fullName(command)} --help")`),
  });
}

function usageLine(text: string): string {
  return `regionpilot: ${usageWords(text)}`;
}

/** `error: unknown command 'x'\n(Did you mean y?)` on one line. */
function usageWords(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ');
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** `alerts routes test`: the name without the program's own. */
export function commandPath(command: Command): string {
  return fullName(command).split(' ').slice(1).join(' ');
}
