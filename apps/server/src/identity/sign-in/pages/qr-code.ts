import { encodeQR } from 'qr';
import type { Words } from '../../languages.ts';
import { type Html, html } from './html.ts';

/** The margin that the standard requires, in modules. */
const QUIET = 4;
/** Whole numbers, so that all modules have the same size. */
const PIXELS = 5;

/**
 * For a camera. Dark on light in every look, because many readers accept nothing else. It is our own SVG,
 * because the pages allow neither data URLs nor inline styles.
 */
export function qrCode(text: string, label: Words): Html {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
  const size = rows.length;
  // Each run of dark modules is one bar.
  const bars = rows
    .flatMap((row, y) =>
      [
        ...row
          .map((isDark) => (isDark ? '1' : '0'))
          .join('')
          .matchAll(/1+/g),
      ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
    )
    .join('');
  return html`<svg class="qr" width="${size * PIXELS}" height="${size * PIXELS}" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${bars}"/></svg>`;
}
