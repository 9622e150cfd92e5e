import { Button } from '@mantine/core';
import { useState } from 'react';
import { CopyKey } from '../../parts/copy-key.tsx';
import { Count } from '../../parts/number/count.tsx';
import { StateDot } from '../../parts/state/state-dot.tsx';
import { EmptyState, Snippet } from '../../parts/states/empty-state.tsx';
import { ErrorState } from '../../parts/states/error-state.tsx';
import type { Column } from '../../parts/table/columns.ts';
import { DataTable } from '../../parts/table/data-table.tsx';
import type { ListPage, Source } from '../../parts/table/source.ts';
import { useView } from '../../parts/table/use-view.ts';
import type { View } from '../../parts/table/view.ts';
import { Duration } from '../../parts/time/duration.tsx';
import { Instant } from '../../parts/time/instant.tsx';
import classes from './parts.module.css';
import { fetchJobs, type SampleJob } from './sample-jobs.ts';
import { Shown } from './shown.tsx';

const COLUMNS: readonly Column<SampleJob>[] = [
  {
    member: 'State',
    words: 'State',
    width: 130,
    filter: 'choice',
    choices: ['Pending', 'Running', 'Faulted', 'Successful'].map((value) => ({
      value,
      words: value.toLowerCase(),
    })),
    sorts: true,
    cell: ({ State }) => <StateDot of="job" state={State} />,
  },
  {
    member: 'ReleaseName',
    words: 'Process',
    width: 180,
    grows: true,
    filter: 'text',
    isSearched: true,
    sorts: true,
    cell: ({ ReleaseName }) => ReleaseName,
  },
  { member: 'SourceType', words: 'Why', width: 100, filter: 'text', cell: ({ SourceType }) => SourceType },
  {
    member: 'CreationTime',
    words: 'Created',
    width: 120,
    filter: 'instant',
    sorts: true,
    cell: ({ CreationTime }) => <Instant at={CreationTime} />,
  },
  {
    member: 'Waited',
    words: 'Waited',
    width: 90,
    align: 'end',
    cell: ({ Waited }) => <Duration ms={Waited} />,
  },
  { member: 'Ran', words: 'Ran', width: 100, align: 'end', cell: ({ Ran }) => <Duration ms={Ran} /> },
  {
    member: 'Items',
    words: 'Items',
    width: 90,
    align: 'end',
    filter: 'number',
    sorts: true,
    cell: ({ Items }) => <Count value={Items} />,
  },
  {
    member: 'HostMachineName',
    words: 'Host',
    width: 100,
    filter: 'text',
    cell: ({ HostMachineName }) => HostMachineName ?? '–',
  },
  {
    member: 'Key',
    words: 'Key',
    width: 140,
    isExtra: true,
    filter: 'guid',
    cell: ({ Key }) => <CopyKey value={Key} what="the key" />,
  },
];

const source = (id: string, fetchPage: Source<SampleJob>['fetchPage']): Source<SampleJob> => ({
  id: ['sample', id],
  address: 'https://baton.example/odata/Jobs',
  headers: { 'X-UIPATH-OrganizationUnitId': '7' },
  fetchPage,
});

const FULL = source('full', fetchJobs);
const EMPTY = source('empty', async () => ({ rows: [] }));
const WAITING = source('waiting', () => new Promise<ListPage<SampleJob>>(() => {}));
const FAILING = source('failing', async () => {
  throw Object.assign(new TypeError('Failed to fetch'));
});

/** The table full, empty, waiting and failing. */
export function TableParts() {
  const [view, onView] = useView();
  const [fresh, setFresh] = useState(12);
  return (
    <>
      <Shown name="DataTable">
        <div className={classes.box}>
          <Table
            label="Jobs"
            source={FULL}
            view={view}
            onView={onView}
            fresh={fresh}
            onFresh={() => setFresh(0)}
          />
        </div>
      </Shown>
      <Shown name="DataTable: empty, waiting, failing">
        <div className={classes.two}>
          {[EMPTY, WAITING, FAILING].map((each) => (
            <Small key={String(each.id[1])} source={each} />
          ))}
        </div>
      </Shown>
      <Shown name="States of a page">
        <div className={classes.two}>
          <ErrorState
            what="The job was not started"
            error={new Error("The process 'InvoicePost' has no version 1.4.2.")}
            onRetry={() => {}}
          />
          <Snippet words="Command" text="baton job logs 12 --follow" />
          <EmptyState
            sentence="A queue holds the work of many robots, one item at a time."
            action={<Button size="sm">Add a queue</Button>}
            command="baton queue create Invoices"
            curl={
              'curl -H "Authorization: Bearer $BATON_TOKEN" -d \'{"Name":"Invoices"}\' https://baton.example/odata/QueueDefinitions'
            }
          />
        </div>
      </Shown>
    </>
  );
}

function Small({ source: each }: { readonly source: Source<SampleJob> }) {
  const [view, onView] = useState<View>({ conditions: [] });
  return (
    <div className={`${classes.box} ${classes.low}`}>
      <Table label={`Jobs, ${each.id[1]}`} source={each} view={view} onView={onView} />
    </div>
  );
}

interface Props {
  readonly label: string;
  readonly source: Source<SampleJob>;
  readonly view: View;
  readonly onView: (view: View, isStep?: boolean) => void;
  readonly fresh?: number;
  readonly onFresh?: () => void;
}

const keyOf = ({ Key }: SampleJob): string => Key;
const nameOf = ({ ReleaseName, State }: SampleJob): string => `${ReleaseName}, ${State}`;

function Table(props: Props) {
  return (
    <DataTable
      {...props}
      columns={COLUMNS}
      keyOf={keyOf}
      nameOf={nameOf}
      order={{ member: 'CreationTime', descending: true }}
      hasScopes
      onDownload={() => {}}
      acts={() => (
        <>
          <Button size="compact-sm">Retry</Button>
          <Button size="compact-sm" variant="default">
            Stop
          </Button>
        </>
      )}
      panel={(key, row) => (
        <p>
          {row?.ReleaseName} <CopyKey value={key} what="the key" />
        </p>
      )}
      empty={
        <EmptyState
          sentence="Jobs are runs of a process on a robot. There are none in this folder."
          action={<Button size="compact-sm">Start a job</Button>}
          command="baton run InvoicePost"
        />
      }
    />
  );
}
