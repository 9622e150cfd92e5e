import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The blue of the sign-in pages: what can be pressed, and what is selected. */
const accent: MantineColorsTuple = [
  '#eef4ff',
  '#dbe6fe',
  '#bfd3fe',
  '#93b4fd',
  '#6090fa',
  '#3b6ff5',
  '#2455e0',
  '#1d44c2',
  '#1e3a9e',
  '#1e357c',
];

/** The greys of dark inputs, menus and switches: those of theme.css, not Mantine's brownish ones. */
const dark: MantineColorsTuple = [
  '#e6ebf3',
  '#c4cdda',
  '#a9b4c5',
  '#8d99ac',
  '#66738a',
  '#2c3644',
  '#19212c',
  '#10151d',
  '#0b0f16',
  '#080b10',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans JP", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 4,
  headings: { sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } } },
  respectReducedMotion: true,
});

/** The colours of Mantine's controls are those of theme.css, which changes them with the scheme. */
const fromTokens = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-second)',
  '--mantine-color-placeholder': 'var(--text-third)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--state-faulted-text)',
  '--mantine-color-default': 'var(--ground-raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-primary-color-filled': 'var(--accent-filled)',
  '--mantine-primary-color-filled-hover': 'var(--accent-filled-hover)',
  '--mantine-primary-color-light-color': 'var(--accent)',
  '--mantine-color-accent-filled': 'var(--accent-filled)',
  '--mantine-color-accent-filled-hover': 'var(--accent-filled-hover)',
  '--mantine-color-accent-light': 'var(--accent-soft)',
  '--mantine-color-accent-light-hover': 'var(--accent-soft)',
  '--mantine-color-accent-light-color': 'var(--accent)',
  '--mantine-color-accent-outline': 'var(--accent)',
  '--mantine-color-red-filled': 'var(--alert-filled)',
  '--mantine-color-red-filled-hover': 'var(--alert-filled-hover)',
  '--mantine-color-gray-light-color': 'var(--text)',
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: fromTokens, dark: fromTokens });

/**
 * Colour means state and nothing else, the same in dots, chips, bars and charts. Each tone is the CSS
 * variable `--state-TONE` (theme.css), with `--state-TONE-soft` for grounds. A state is never told by its
 * colour alone: StateDot gives each a shape and a word.
 */
export type Tone =
  | 'pending'
  | 'running'
  | 'suspended'
  | 'successful'
  | 'faulted'
  | 'stopped'
  | 'hollow'
  | 'abandoned';
