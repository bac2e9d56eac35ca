// The little the browser remembers: the token for as long as the tab lives, the theme for good.
// Storage may be forbidden; then nothing is remembered and nothing breaks.

const tokenKey = 'regionpilot.token';
const themeKey = 'regionpilot.theme';

function attempt<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The bearer token of this tab; null: none. */
export function storedToken(): string | null {
  return attempt(() => sessionStorage.getItem(tokenKey), null);
}

export function storeToken(token: string | null): void {
  attempt(() => {
    if (token === null) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, token);
  }, undefined);
}

export type Theme = 'light' | 'dark';

/** The theme in use: chosen, or the system's. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  attempt(() => localStorage.setItem(themeKey, theme), undefined);
}
