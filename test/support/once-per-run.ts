// A question whose answer may take a minute (a pull, an installation) is asked once per run: the
// answer travels to the test workers and other child processes by the environment. Naming the
// variable beforehand answers it by hand.

export async function oncePerRun<Answer extends string>(
  variable: string,
  answers: readonly Answer[],
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const given = process.env[variable];
  if (given !== undefined) return oneOf(variable, answers, given);
  const answer = await ask();
  process.env[variable] = answer;
  return answer;
}

function oneOf<Answer extends string>(
  variable: string,
  answers: readonly Answer[],
  given: string,
): Answer {
  const answer = answers.find((known) => known === given);
  if (answer === undefined) {
    throw new Error(`${variable} is '${given}', expected one of ${answers.join(', ')}`);
  }
  return answer;
}

/** Whether this run may bring something from the network onto the machine. */
export function mayFetch(): boolean {
  return process.env['REGIONPILOT_TEST_FETCH'] !== 'never';
}

/** Ends every line that announces a fetch. */
export const howToForbid = 'once; REGIONPILOT_TEST_FETCH=never forbids it';
