// The system's Chromium, and an ear on every page it opens: what a page logs as an error, throws, is
// forbidden by its policy, asks of another origin or opens as a dialog is a fault of that page.

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const launchOptions: {
  readonly executablePath: string;
  readonly args: string[];
  readonly handleSIGINT: boolean;
} = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
  handleSIGINT: false,
};

export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Longest anything may take to show, ms: the machine may be busy with other things. */
export const patienceMs = 30_000;

export type Visit = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page did wrong so far, in words. */
  readonly faults: readonly string[];
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
};

export type VisitOptions = {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Refusals are part of the story: the browser logs a line for each failed request. */
  readonly refusals?: boolean;
};

export const connect = (endpoint: string): Promise<Browser> => chromium.connect(endpoint);

/** A visitor without a past: no storage, no cache. */
export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { theme = 'light', width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    // The log's times are shown in the reader's zone.
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(patienceMs);
  context.setDefaultNavigationTimeout(patienceMs);
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  listen(page, faults, requests, options.refusals === true);
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) =>
      console.error('CSP', event.violatedDirective, event.blockedURI))`,
  );
  return { context, page, faults, requests, close: () => context.close() };
}

const failedRequest = /^Failed to load resource/;

function listen(page: Page, faults: string[], requests: string[], refusals: boolean): void {
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (refusals && failedRequest.test(message.text())) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    requests.push(url);
    const origin = page.url() === 'about:blank' ? null : new URL(page.url()).origin;
    if (origin !== null && /^https?:/.test(url) && new URL(url).origin !== origin) {
      faults.push(`foreign request: ${url}`);
    }
  });
}
