/** Sixteen by sixteen, one stroke, in the colour of the text around it. */
const PATHS = {
  home: 'M2.5 7.5 8 3l5.5 4.5v6h-11zM6.5 13.5v-4h3v4',
  jobs: 'M4.5 3v10l8-5z',
  folder: 'M2 4h4l1.5 1.5H14v7.5H2z',
  star: 'M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  find: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  fold: 'M6 3.5 10.5 8 6 12.5',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z',
} as const;

export type FrameIconName = keyof typeof PATHS;

export function FrameIcon({
  name,
  isFilled = false,
}: {
  readonly name: FrameIconName;
  readonly isFilled?: boolean;
}) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={isFilled ? 'currentColor' : 'none'}
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
