import type { Words } from '../../languages.ts';

/** The first match in a User-Agent counts, because all of them say Mozilla and most say Safari. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bVersion\/\S+ .*Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const MOST_CHARACTERS = 60;

/** A browser as people know it: `Firefox on Windows`. An unknown one has the name that it gives itself. */
export function nameBrowser(userAgent: string | null): Words {
  if (!userAgent) return { en: 'Unknown browser', ja: '不明なブラウザー' };
  const [browser, system] = [BROWSERS, SYSTEMS].map(
    (known) => known.find(([sign]) => sign.test(userAgent))?.[1],
  );
  if (!browser) {
    const own = userAgent.slice(0, MOST_CHARACTERS);
    return { en: own, ja: own };
  }
  return system
    ? { en: `${browser} on ${system}`, ja: `${browser} (${system})` }
    : { en: browser, ja: browser };
}
