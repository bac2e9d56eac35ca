// The process behind `npm start`.

import { runDemo } from './io/run.ts';

// Whoever reads us may stop reading (`| head`): that is an end, not a failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const code = await runDemo(process.argv.slice(2), process.env);
process.stdout.write('', () => process.exit(code));
