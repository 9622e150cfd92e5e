import { encodeQR } from 'qr';
import type { Words } from '../../languages.ts';
import { type Html, html } from './html.ts';

/** What the standard wants around it, in modules. */
const QUIET = 4;
/** Whole ones, so that all modules are of one size. */
const PIXELS = 5;

/**
 * For a camera. Dark on light in every look: many readers take nothing else. As SVG of our own, since the
 * pages allow no data URLs, and no styles inside.
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
