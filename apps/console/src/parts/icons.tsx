/** Sixteen by sixteen, one stroke, in the colour of the text around it. */
const PATHS = {
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  up: 'M8 12.5v-9M4 7.5l4-4 4 4',
  down: 'M8 3.5v9M4 8.5l4 4 4-4',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  fold: 'M3.5 6 8 10.5 12.5 6',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  find: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  download: 'M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  page: 'M9 2.5h4.5V7M13 3 7.5 8.5M11.5 9.5v4h-9v-9h4',
  code: 'M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4',
  plus: 'M8 3v10M3 8h10',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.5V8l2.5 1.5',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11',
  chart: 'M2.5 13.5h11M4 11V8M8 11V4M12 11V6.5',
  alert: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.8v.2',
  minus: 'M3 8h10',
} as const;

export type IconName = keyof typeof PATHS;

/** Always beside a word, or in a button that has a label. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
