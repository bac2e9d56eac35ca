// Adds up the test runs' result files and prints the closing line. A skipped test fails the run:
// in CI nothing real may be left out.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? 'build/test-results';
let passed = 0;
let failed = 0;
const skipped = [];
let files = [];
try {
  files = readdirSync(folder);
} catch {
  failed += 1;
  console.error(`no test results in ${folder}`);
}
for (const file of files) {
  for (const suite of JSON.parse(readFileSync(join(folder, file), 'utf8')).testResults) {
    if (suite.assertionResults.length === 0 && suite.status !== 'passed') failed += 1;
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed') failed += 1;
      else skipped.push(fullName);
    }
  }
}
for (const name of skipped) console.error(`skipped: ${name}`);
console.log(`${passed} passed, ${failed + skipped.length} failed`);
process.exit(failed + skipped.length === 0 && passed > 0 ? 0 : 1);
