import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Language } from '../languages.ts';

// Looks at a page as it stands in a browser, in every look: readable, labelled, no wider than the window
// however large the letters, and in one language.

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDTHS = [1280, 390] as const;
const SCHEMES = ['light', 'dark'] as const;
/** A window of 1280 pixels at 400 % is one of 320 (WCAG 2.2, 1.4.10); letters grow alone, too (1.4.4). */
const CLOSE_UP = [
  ['at 400 %', 320, '100%'],
  ['with letters at 200 %', 390, '200%'],
] as const;

const NAMES = ['button-name', 'document-title', 'html-has-lang', 'label', 'link-name', 'target-size'];

/**
 * The rules of axe for one look at a page: all once, and where the page looks otherwise, those that may then
 * find something else. Only colors differ in the dark, and they are the same at each width and in each
 * language; other texts may be missing or take more room.
 */
function rulesOf(language: Language, width: number, scheme: string): readonly string[] | 'all' {
  if (language !== 'en') return width === 390 && scheme === 'light' ? NAMES : [];
  if (scheme === 'dark') return width === 390 ? ['color-contrast'] : [];
  return width === 390 ? ['color-contrast', 'target-size'] : 'all';
}

export interface Looking {
  readonly language: Language;
  /** Of products, people and applications. They are the same in all languages. */
  readonly names: readonly string[];
}

/** What is wrong with the page. Empty if nothing is. */
export async function lookAt(page: Page, name: string, { language, names }: Looking): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate(AXE);
  for (const width of WIDTHS)
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const rules = JSON.stringify(rulesOf(language, width, colorScheme));
      const found = (await page.evaluate(`(${faultsOf.toString()})(${rules})`)) as string[];
      faults.push(...found.map((fault) => `${colorScheme}, ${width} pixels: ${fault}`));
      const folder = process.env.BATON_SCREENSHOTS;
      const path = folder && join(folder, `${name}-${language}-${colorScheme}-${width}.png`);
      if (path) await page.screenshot({ path, fullPage: true });
    }
  for (const [what, width, letters] of CLOSE_UP) {
    await page.setViewportSize({ width, height: 844 });
    const wide = (await page.evaluate(`(${tooWide.toString()})('${letters}')`)) as number;
    if (wide > width) faults.push(`${what}: ${wide} pixels wide`);
  }
  faults.push(...(await languageFaults(page, language, names)));
  return faults.map((fault) => `${name}: ${fault}`);
}

/** Texts in another language than the page's. */
async function languageFaults(page: Page, language: Language, names: readonly string[]): Promise<string[]> {
  const { lang, texts } = (await page.evaluate(`(${textsOf.toString()})('${language}')`)) as {
    readonly lang: string;
    readonly texts: readonly string[];
  };
  const faults = lang === language ? [] : [`the page says that it is in ${lang}`];
  const isForeign = language === 'en' ? /[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]/ : /[a-z]{2,}/i;
  for (const text of texts) {
    const plain = names
      .toSorted((one, other) => other.length - one.length)
      .reduce((rest, each) => rest.replaceAll(each, ''), text)
      // Names of scopes, of the clock, and of the test's browser.
      .replace(/\((?:OR|PM)\.[\w.]+\)|\bUTC\b|\bChrome\b|\bLinux\b/g, '');
    if (isForeign.test(plain)) faults.push(`of another language: ${text}`);
  }
  return faults;
}

/** The parts of a page's types that are needed here. The project has no types for pages. */
interface PageElement {
  readonly nodeType: number;
  readonly parentElement: PageElement;
  readonly textContent: string;
  readonly lang: string;
  readonly name: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly style: { fontSize: string };
  closest(selector: string): PageElement;
  getAttribute(name: string): string | null;
}
interface PageGlobals {
  readonly document: {
    readonly title: string;
    readonly body: PageElement;
    readonly documentElement: PageElement;
    readonly activeElement: PageElement;
    createTreeWalker(
      root: PageElement,
      show: number,
    ): { currentNode: PageElement; nextNode(): PageElement | null };
    querySelectorAll(selector: string): Iterable<PageElement>;
    getElementById(id: string): PageElement | null;
  };
  readonly NodeFilter: { readonly SHOW_ELEMENT: number; readonly SHOW_TEXT: number };
  readonly axe: {
    run(root: unknown, options: object): Promise<{ readonly violations: readonly Violation[] }>;
  };
}
interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * Runs in the page. Returns what people read or hear there, except for texts that are marked
 * as another language.
 */
function textsOf(language: string): { lang: string; texts: string[] } {
  const { document, NodeFilter } = globalThis as unknown as PageGlobals;
  const texts: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node: PageElement | null = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (element.closest('code, [lang]').lang !== language) continue;
    if (node.nodeType === 3) texts.push(node.textContent.trim());
    else
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        texts.push(element.getAttribute(name) ?? '');
  }
  return { lang: document.documentElement.lang, texts: texts.filter(Boolean) };
}

/** Runs in the page: how wide it is with letters of that size. */
function tooWide(letters: string): number {
  const { documentElement } = (globalThis as unknown as PageGlobals).document;
  documentElement.style.fontSize = letters;
  const { scrollWidth } = documentElement;
  documentElement.style.fontSize = '';
  return scrollWidth;
}

/** Runs in the page: what is wrong there, by our own rules and by these of axe. */
async function faultsOf(only: readonly string[] | 'all'): Promise<string[]> {
  const { document, axe } = globalThis as unknown as PageGlobals;
  const faults: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`${scrollWidth} pixels wide`);
  const invalid = [...document.querySelectorAll('[aria-invalid="true"]')];
  for (const field of invalid) {
    const told = (field.getAttribute('aria-describedby') ?? '').split(' ');
    if (!told.some((id) => document.getElementById(id)?.getAttribute('role') === 'alert'))
      faults.push(`nothing says what is wrong with ${field.name}`);
  }
  if (invalid.length > 0 && !invalid.includes(document.activeElement))
    faults.push('no wrong field has the focus');
  if (only.length === 0) return faults;
  const rules = { 'target-size': { enabled: true } };
  const chosen = only === 'all' ? { rules } : { runOnly: { type: 'rule', values: only } };
  const { violations } = await axe.run(document, { preload: false, ...chosen });
  for (const { id, help, nodes } of violations)
    for (const { html, failureSummary } of nodes)
      faults.push(`axe ${id}: ${help}: ${html}: ${failureSummary}`);
  return faults;
}
