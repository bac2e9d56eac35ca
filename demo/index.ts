export { runDemo } from './io/run.ts';
