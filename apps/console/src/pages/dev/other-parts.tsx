import { Button } from '@mantine/core';
import { useState } from 'react';
import { Chart, type Series } from '../../parts/chart/chart.tsx';
import { ResultStrip, Sparkline } from '../../parts/chart/strips.tsx';
import { Confirm } from '../../parts/confirm/confirm.tsx';
import type { Schema } from '../../parts/form/schema.ts';
import { firstValue } from '../../parts/form/schema.ts';
import { SchemaForm, useFaults } from '../../parts/form/schema-form.tsx';
import { readJson } from '../../parts/json/json-difference.ts';
import { JsonView } from '../../parts/json/json-view.tsx';
import { StatusLine } from '../../parts/progress/status-line.tsx';
import { Timeline } from '../../parts/timeline/timeline.tsx';
import classes from './parts.module.css';
import { Shown } from './shown.tsx';

const BEGAN = Date.parse('2026-11-28T01:00:00Z');
const MINUTE = 60_000;

const AFTER = readJson(
  '{"customer":"ACME","total":1240.5,"paid":true,"lines":[{"article":"A-1","count":2},{"article":"B-7","count":1}],"note":null,"tags":[]}',
);
const BEFORE = readJson(
  '{"customer":"ACME","total":1180,"paid":true,"lines":[{"article":"A-1","count":1}],"reference":"INV-7","note":null,"tags":[]}',
);

const SCHEMA: Schema = {
  type: 'object',
  required: ['customer', 'lines'],
  properties: {
    customer: { type: 'string', title: 'Customer', description: 'As the supplier writes it.', minLength: 2 },
    copies: { type: 'integer', title: 'Copies', minimum: 1, maximum: 9, default: 1 },
    rush: { type: 'boolean', title: 'In a hurry' },
    speed: { enum: ['slow', 'fast'], title: 'Speed' },
    due: { type: 'string', format: 'date', title: 'Due' },
    lines: {
      type: 'array',
      title: 'Lines',
      minItems: 1,
      items: {
        type: 'object',
        title: 'Line',
        properties: { article: { type: 'string' }, total: { type: 'number', minimum: 0 } },
      },
    },
    extra: { title: 'Anything else', description: 'A value of any kind.' },
  },
};

const TIMES = Array.from({ length: 49 }, (_, n) => BEGAN + n * 30 * MINUTE);
const wave = (n: number, of: number, most: number): number =>
  Math.round((Math.sin(n / of) + 1.2) * most * (1 + (n % 5) / 9));
const SERIES: readonly Series[] = [
  { words: 'successful', tone: 'successful', values: TIMES.map((_, n) => wave(n, 6, 40)) },
  { words: 'faulted', tone: 'faulted', values: TIMES.map((_, n) => wave(n + 9, 3, 4)) },
  { words: 'running', tone: 'running', values: TIMES.map((_, n) => wave(n, 8, 9)) },
  { words: 'pending', tone: 'pending', values: TIMES.map((_, n) => wave(n + 3, 5, 6)) },
];
const RESULTS = Array.from({ length: 20 }, (_, n) =>
  n % 7 === 3 ? 'Faulted' : n === 11 ? 'Stopped' : 'Successful',
);
const NONE: readonly number[] = [];

/** Data, forms, time, charts, questions and background work. */
export function OtherParts() {
  const [value, setValue] = useState<unknown>(firstValue(SCHEMA));
  const [wrong, setWrong] = useState<unknown>({ customer: 'A', copies: 12, lines: [{ total: -1 }] });
  const [isOpen, setOpen] = useState(false);
  const faults = useFaults(SCHEMA, wrong);
  return (
    <>
      <Shown name="Time of a job">
        <Timeline
          onNarrow={() => {}}
          spans={[
            { phase: 'waited', from: BEGAN, to: BEGAN + 42 * MINUTE, note: 'no free slot' },
            { phase: 'prepared', from: BEGAN + 42 * MINUTE, to: BEGAN + 43 * MINUTE },
            { phase: 'ran', from: BEGAN + 43 * MINUTE, to: BEGAN + 49 * MINUTE },
            { phase: 'suspended', from: BEGAN + 49 * MINUTE, to: BEGAN + 51 * MINUTE },
            { phase: 'ran', from: BEGAN + 51 * MINUTE, to: BEGAN + 58 * MINUTE },
            { phase: 'stopping', from: BEGAN + 58 * MINUTE, to: BEGAN + 58.5 * MINUTE },
          ]}
          ticks={Array.from({ length: 24 }, (_, n) => ({
            at: BEGAN + 43 * MINUTE + n * 38_000,
            kind: n === 9 ? ('error' as const) : n % 8 === 4 ? ('warning' as const) : ('item' as const),
            words: `INV-${n}`,
          }))}
        />
      </Shown>
      <Shown name="Charts, strips">
        <div className={classes.two}>
          <Chart label="Jobs by state" times={TIMES} series={SERIES} isStacked onNarrow={() => {}} />
          <Chart label="Queue throughput" times={TIMES} series={SERIES.slice(0, 2)} />
          <Chart label="Nothing" times={NONE} series={[]} />
        </div>
        <div className={classes.row}>
          <ResultStrip states={RESULTS} />
          <Sparkline label="Items a day: 3 to 19" values={[3, 4, 8, 2, 0, 7, 12, 19, 9, 5]} />
        </div>
      </Shown>
      <Shown name="JsonView">
        <div className={classes.two}>
          <JsonView label="Output" value={AFTER} before={BEFORE} />
          <JsonView label="Input" value={undefined} />
        </div>
      </Shown>
      <Shown name="SchemaForm: begun, and sent with faults">
        <div className={classes.two}>
          <SchemaForm label="Arguments" schema={SCHEMA} value={value} onChange={setValue} />
          <SchemaForm
            label="Arguments, sent"
            schema={SCHEMA}
            value={wrong}
            onChange={setWrong}
            isSent={faults.size > 0}
          />
        </div>
      </Shown>
      <Shown name="Confirm">
        <Button variant="default" onClick={() => setOpen(true)}>
          Delete 1,204 items
        </Button>
        <Confirm
          isOpen={isOpen}
          onClose={() => setOpen(false)}
          title="Delete 1,204 items?"
          lost={['1,204 items of Invoices, 3 of them in progress', 'Their history of attempts']}
          act="Delete 1,204 items"
          count={1204}
          failed="The items were not deleted"
          onConfirm={async () => {}}
        />
      </Shown>
      <Shown name="StatusLine">
        <StatusLine
          works={[
            {
              key: '1',
              name: 'Retry of 5,000 items',
              done: 2310,
              all: 5000,
              failed: 4,
              state: 'running',
              onOpen: () => {},
              onAbort: () => {},
            },
            { key: '2', name: 'Upload', done: 1, all: 2, state: 'running' },
          ]}
        />
      </Shown>
    </>
  );
}
