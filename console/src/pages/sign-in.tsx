// Asks for a token. It goes to the tab's storage and into a header, never into an address.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { signIn } from '../io/store.ts';
import { harmless } from '../model/harmless.ts';
import { Logo } from '../parts/icons.tsx';

export function SignInPage({ why }: { why: string | null }): VNode {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(why);
  const [asking, setAsking] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setAsking(true);
    setWrong(await signIn(token.trim()));
    setAsking(false);
  };
  return (
    <main class="sign-in" id="main">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <span class="brand">
          <Logo />
          RegionPilot
        </span>
        <div>
          <h1>Who is there?</h1>
          <p class="soft small">
            This console wants a token. Make one where RegionPilot runs:{' '}
            <code>regionpilot token create</code>
          </p>
        </div>
        <div class="field">
          <label for="token">Token</label>
          <input
            id="token"
            class="input mono"
            type="password"
            autoComplete="off"
            spellcheck={false}
            required
            value={token}
            aria-describedby="token-hint"
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <span id="token-hint" class="hint">
            It is kept until this tab is closed.
          </span>
        </div>
        {wrong === null ? null : (
          <p class="problem" role="alert">
            {harmless(wrong)}
          </p>
        )}
        <button type="submit" class="button primary" disabled={asking || token.trim() === ''}>
          {asking ? 'Asking…' : 'Enter'}
        </button>
      </form>
    </main>
  );
}
