import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { TONES } from '../parts/state/states.ts';

// Contrast of WCAG 2.2 AA: 4.5 for words, 3 for shapes, in both themes.
const css = await readFile(new URL('theme.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = [...css.matchAll(/^:root[^{]*\{([^}]*)\}/gm)].map(([, body]) => body);

const tokensOf = (body: string): Map<string, string> =>
  new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!]));

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const BACKS = ['ground', 'ground-side', 'ground-raised', 'hover', 'selected'];

for (const [theme, body] of [
  ['light', light],
  ['dark', dark],
] as const)
  describe(`the colours of the ${theme} theme`, () => {
    const tokens = tokensOf(body);
    const enough = (front: string, back: string, least: number): void => {
      const [one, other] = [tokens.get(front), tokens.get(back)];
      assert.ok(one && other, `${front} or ${back} is missing`);
      const got = contrast(one, other);
      assert.ok(got >= least, `${front} on ${back}: ${got.toFixed(2)}, least ${least}`);
    };

    it('words can be read on all grounds', () => {
      for (const back of BACKS)
        for (const front of ['text', 'text-second', 'accent', 'cyan-text']) enough(front, back, 4.5);
      for (const back of ['ground', 'ground-side', 'ground-raised', 'hover']) enough('text-third', back, 4.5);
      for (const back of ['mark', 'mark-now', 'added-soft', 'removed-soft']) enough('text', back, 4.5);
      enough('on-accent', 'accent-filled', 4.5);
      enough('on-accent', 'accent-filled-hover', 4.5);
      enough('on-accent', 'alert-filled', 4.5);
      enough('on-accent', 'alert-filled-hover', 4.5);
      enough('accent', 'accent-soft', 4.5);
    });

    it('states can be told, as shapes and as words', () => {
      for (const tone of TONES) {
        for (const back of ['ground', 'ground-raised', 'ground-side']) enough(`state-${tone}`, back, 3);
        for (const back of [...BACKS, `state-${tone}-soft`]) enough(`state-${tone}-text`, back, 4.5);
      }
    });

    it('has what the other has', () => {
      assert.deepEqual([...tokens.keys()].sort(), [...tokensOf(light).keys()].sort());
    });
  });
