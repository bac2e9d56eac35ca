// Commands whose connection is gone, sorted by what may be done with them. A transaction counts as
// one: the server applied all of it or nothing, and we cannot know which.

import type { ReplayClass } from './replay-class.ts';
import { isReadOnlyTransaction, isReplayable, replayClassOf } from './replay-class.ts';

export type CommandLike = {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly isReadOnly?: boolean;
  readonly inTransaction: boolean;
};

export type Sorted<Command> = {
  /** May be sent again, in this order. */
  readonly again: readonly Command[];
  /** Sent, perhaps applied: only the caller can decide. */
  readonly ambiguous: readonly Command[];
  /** WATCH, or parts of a transaction whose EXEC was never sent: nothing was applied. */
  readonly lost: readonly Command[];
};

/** The class of a command; a script that declared itself read-only is a read. */
export function classOf(command: CommandLike): ReplayClass {
  return command.isReadOnly === true ? 'read' : replayClassOf(command.name, command.args);
}

/** Sorts commands that were sent and not answered, oldest first. */
export function sortOrphans<Command extends CommandLike>(
  sent: readonly Command[],
): Sorted<Command> {
  const again: Command[] = [];
  const ambiguous: Command[] = [];
  const lost: Command[] = [];
  for (const unit of unitsOf(sent)) {
    if (unit.kind === 'single') {
      (mayRepeat(unit.command) ? again : isWatch(unit.command) ? lost : ambiguous).push(
        unit.command,
      );
    } else {
      const fate = !unit.ended ? lost : isWhole(unit.commands) ? again : ambiguous;
      fate.push(...unit.commands);
    }
  }
  return { again, ambiguous, lost };
}

type Unit<Command> =
  | { readonly kind: 'single'; readonly command: Command }
  | { readonly kind: 'transaction'; readonly commands: Command[]; readonly ended: boolean };

/** Single commands, and transactions as wholes. A transaction's beginning may be answered already. */
function unitsOf<Command extends CommandLike>(sent: readonly Command[]): readonly Unit<Command>[] {
  const units: Unit<Command>[] = [];
  let open: Command[] | null = null;
  for (const command of sent) {
    const name = command.name.toLowerCase();
    if (open === null && name !== 'multi' && name !== 'exec' && !command.inTransaction) {
      units.push({ kind: 'single', command });
      continue;
    }
    open ??= [];
    open.push(command);
    if (name === 'exec' || name === 'discard') {
      units.push({ kind: 'transaction', commands: open, ended: true });
      open = null;
    }
  }
  if (open !== null) units.push({ kind: 'transaction', commands: open, ended: false });
  return units;
}

function mayRepeat(command: CommandLike): boolean {
  const replayClass = classOf(command);
  return isReplayable(replayClass) || isUnwatch(command) || isBlockingRead(command);
}

function isUnwatch({ name }: CommandLike): boolean {
  return name.toLowerCase() === 'unwatch';
}

/** A watch on a connection that is gone protects nothing. */
function isWatch({ name }: CommandLike): boolean {
  return name.toLowerCase() === 'watch';
}

/** XREAD BLOCK consumes nothing; a blocked pop may have taken an element that never arrived. */
function isBlockingRead(command: CommandLike): boolean {
  return command.name.toLowerCase() === 'xread';
}

/** A transaction that only reads, still complete from MULTI to EXEC, may be asked again. */
function isWhole(commands: readonly CommandLike[]): boolean {
  const first = commands[0]?.name.toLowerCase();
  return first === 'multi' && isReadOnlyTransaction(commands.map(classOf));
}
