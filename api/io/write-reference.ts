/** Writes `docs/api.md` and `docs/api-problems.md`: `npm run api-page`. */
import { writeFileSync } from 'node:fs';
import { problemsPage } from '../problem-pages.ts';
import { referencePage } from '../reference.ts';
import { describedRoutes } from '../routes/described.ts';
import { streamEntries } from '../routes/streams.ts';

const page = (name: string): URL => new URL(`../../docs/${name}`, import.meta.url);

writeFileSync(page('api.md'), referencePage(describedRoutes(), streamEntries));
writeFileSync(page('api-problems.md'), problemsPage());
