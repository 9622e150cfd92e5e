import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

// Tests of pages use the system's Chromium. Without one they are skipped, and say so.

export const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));
export const skip = executablePath ? false : 'there is no Chromium: install it, or set CHROMIUM to its path';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Ends {
  after(work: () => unknown): void;
}

export async function startChromium(t: Ends): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  t.after(() => browser.close());
  return browser;
}
