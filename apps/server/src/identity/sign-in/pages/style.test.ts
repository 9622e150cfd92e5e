import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStyle } from './layout.ts';

// What axe does not look at: lines that make a field, and the ring of what has the focus (WCAG 2.2, 1.4.11).

type Colors = Readonly<Record<string, string>>;

const [light, dark] = [...readStyle().text.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, inside]): Colors =>
    Object.fromEntries(
      [...inside!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((each) => [each[1], each[2]]),
    ),
);

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [less, more] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (more! + 0.05) / (less! + 0.05);
}

const LEAST: readonly (readonly [color: string, behind: string, least: number])[] = [
  ['line', 'card', 3],
  ['accent', 'card', 3],
  ['accent', 'page', 3],
  ['alert', 'card', 4.5],
  ['alert', 'alert-back', 4.5],
  ['notice', 'notice-back', 4.5],
  ['soft', 'card', 4.5],
  ['text', 'page', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
];

for (const [look, colors] of [
  ['light', light],
  ['dark', { ...light, ...dark }],
] as const)
  test(`colors can be told apart, in ${look}`, () => {
    for (const [color, behind, least] of LEAST) {
      const found = contrast(colors![color]!, colors![behind]!);
      assert.ok(found >= least, `${color} on ${behind}: ${found.toFixed(2)}`);
    }
  });
