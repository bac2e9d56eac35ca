import { runDemo } from './io/run.ts';

const code = await runDemo(process.argv.slice(2), process.env);
process.stdout.write('', () => process.exit(code));
