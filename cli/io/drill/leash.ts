// Everything a drill starts ends with it, also when the drill itself is killed: a shell holds the
// list of processes and ends them when our end of its standard input closes.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export type Leash = {
  readonly hold: (child: ChildProcess) => void;
  /** Ends what is still held; resolves when it is gone. */
  readonly close: () => Promise<void>;
};

const shell = `
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) kept=
       for each in $pids; do [ "$each" = "$pid" ] || kept="$kept $each"; done
       pids=$kept ;;
  esac
done
[ -z "$pids" ] || kill -9 $pids 2> /dev/null
`;

export function openLeash(): Leash {
  const keeper = spawn('/bin/sh', ['-c', shell], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  keeper.stdin.on('error', () => {}); // The shell was killed: nothing is left to tell it.
  const held = new Set<ChildProcess>();
  const tell = (sign: '+' | '-', { pid }: ChildProcess): void => {
    if (pid !== undefined && keeper.stdin.writable) keeper.stdin.write(`${sign} ${pid}\n`);
  };
  return {
    hold: (child) => {
      if (child.pid === undefined) return;
      held.add(child);
      tell('+', child);
      child.once('exit', () => {
        held.delete(child);
        tell('-', child);
      });
    },
    close: async () => {
      const gone = [...held].map((child) => once(child, 'exit'));
      for (const child of held) child.kill('SIGKILL');
      await Promise.all(gone);
      keeper.stdin.end();
    },
  };
}
