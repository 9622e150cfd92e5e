import { useComputedColorScheme } from '@mantine/core';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';
import type { Tone } from '../../app/theme.ts';
import { IconButton } from '../icon-button.tsx';
import { shortCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import { clockTime, exact } from '../time/instant-in-words.ts';
import classes from './chart.module.css';
import { stack } from './stack.ts';

export interface Series {
  readonly words: string;
  readonly tone: Tone;
  readonly values: readonly (number | null)[];
}

interface Props {
  readonly label: string;
  /** Milliseconds, rising. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** On top of each other, such as jobs by state; otherwise lines. */
  readonly isStacked?: boolean;
  readonly height?: number;
  /** What was dragged over. */
  readonly onNarrow?: (range: { readonly from: number; readonly to: number }) => void;
}

/**
 * Values over time in the colours of their states; the same as a table, for whoever does not see the picture.
 */
export function Chart(props: Props) {
  const { label, times, series, height = 160 } = props;
  const { words, language } = useReader();
  const reader = useReader();
  const [isTable, setTable] = useState(false);
  const last = series.map(({ values }) => values.findLast((value) => value !== null) ?? null);
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption className={classes.head}>
        <span className={classes.title}>{label}</span>
        {series.map(({ words: name, tone }, at) => (
          <span key={name} className={classes.name} data-tone={tone}>
            <i aria-hidden="true" />
            {name}
            <b className="parts-number">{last[at] === null ? '–' : shortCount(last[at] ?? 0, language)}</b>
          </span>
        ))}
        <span className={classes.space} />
        <IconButton
          icon={isTable ? 'chart' : 'table'}
          size={14}
          label={isTable ? words.chart.chart : words.chart.table}
          onClick={() => setTable(!isTable)}
        />
      </figcaption>
      {times.length === 0 && (
        <p className={classes.empty} style={{ height }}>
          {words.chart.empty}
        </p>
      )}
      {times.length > 0 && !isTable && <Plot {...props} height={height} />}
      {times.length > 0 && isTable && (
        <div className={classes.scroll} style={{ height }} tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.chart.time}</th>
                {series.map(({ words: name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, at) => (
                <tr key={time}>
                  <th scope="row">{exact(time, reader).replace(/[.,]\d{3}$/, '')}</th>
                  {series.map(({ words: name, values }) => (
                    <td key={name}>{values[at] ?? '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}

function Plot({ times, series, isStacked = false, height = 160, onNarrow }: Props) {
  const reader = useReader();
  const box = useRef<HTMLDivElement>(null);
  // The picture takes its colours from the theme when it is drawn.
  const scheme = useComputedColorScheme();
  const { language, zone } = reader;

  useEffect(() => {
    const place = box.current!;
    place.dataset['scheme'] = scheme;
    let plot: uPlot | undefined;
    let isGone = false;
    const watch = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height }));
    const draw = async (): Promise<void> => {
      // Only pages with a chart load it.
      const { default: Plotter } = await import('uplot');
      if (isGone) return;
      const style = getComputedStyle(place);
      const token = (name: string): string => style.getPropertyValue(name).trim();
      const axis = {
        stroke: token('--text-second'),
        font: `11px ${token('--sans')}`,
        grid: { stroke: token('--line'), width: 1 },
        ticks: { show: false },
      };
      const values = series.map((each) => each.values);
      // The tallest first, so that each covers what lies under it.
      const drawn = isStacked ? stack(values).reverse() : values.map((each) => [...each]);
      const looks = isStacked ? [...series].reverse() : series;
      plot = new Plotter(
        {
          width: place.clientWidth,
          height,
          legend: { show: false },
          cursor: {
            y: false,
            points: { show: !isStacked },
            drag: { x: onNarrow !== undefined, y: false, setScale: false },
          },
          select: { show: onNarrow !== undefined, left: 0, top: 0, width: 0, height: 0 },
          series: [
            {},
            ...looks.map(({ words, tone }) => ({
              label: words,
              stroke: token(`--state-${tone}`),
              width: isStacked ? 0 : 1.5,
              fill: isStacked ? token(`--state-${tone}`) : undefined,
              points: { show: false },
            })),
          ],
          scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
          axes: [
            {
              ...axis,
              values: (_, at) => at.map((each) => clockTime(each * 1000, { language, zone }).slice(0, 5)),
            },
            { ...axis, size: 44, values: (_, at) => at.map((each) => shortCount(each, language)) },
          ],
          hooks: {
            setSelect: [
              (self) => {
                const { left, width } = self.select;
                if (width < 4) return;
                const at = (x: number): number => Math.round(self.posToVal(x, 'x') * 1000);
                onNarrow?.({ from: at(left), to: at(left + width) });
              },
            ],
          },
        },
        [times.map((time) => time / 1000), ...drawn],
        place,
      );
      watch.observe(place);
    };
    void draw();
    return () => {
      isGone = true;
      watch.disconnect();
      plot?.destroy();
    };
  }, [times, series, isStacked, height, onNarrow, language, zone, scheme]);

  return <div ref={box} className={classes.plot} style={{ height }} aria-hidden="true" />;
}
