import { JobState } from '@baton/contract/enumerations';
import { getJobs, type JobDto } from '@baton/contract/jobs';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { sourceOf } from '../../api/lists.ts';
import { usePlace } from '../../app/place.ts';
import { CopyKey } from '../../parts/copy-key.tsx';
import { StateDot } from '../../parts/state/state-dot.tsx';
import { EmptyState } from '../../parts/states/empty-state.tsx';
import type { Column } from '../../parts/table/columns.ts';
import { DataTable } from '../../parts/table/data-table.tsx';
import { useView } from '../../parts/table/use-view.ts';
import { Instant } from '../../parts/time/instant.tsx';
import type { Texts } from '../../texts/texts.ts';
import { useTexts } from '../../texts/use-texts.tsx';
import { Span } from './span.tsx';

const MEMBERS = [
  'Id',
  'Key',
  'State',
  'ReleaseName',
  'SourceType',
  'CreationTime',
  'StartTime',
  'EndTime',
  'HostMachineName',
  'OrganizationUnitFullyQualifiedName',
] as const;

type Row = Pick<JobDto, (typeof MEMBERS)[number]>;

const idOf = ({ Id }: Row): string => String(Id);

const columnsOf = (jobs: Texts['jobs'], linkTo: (row: Row) => React.ReactNode): readonly Column<Row>[] => [
  {
    member: 'State',
    words: jobs.state,
    width: 130,
    filter: 'choice',
    choices: Object.keys(JobState).map((value) => ({ value, words: jobs.states[value as JobState] })),
    cell: ({ State }) => <StateDot of="job" state={State} />,
  },
  {
    member: 'ReleaseName',
    words: jobs.process,
    width: 200,
    grows: true,
    filter: 'text',
    isSearched: true,
    cell: linkTo,
  },
  {
    member: 'OrganizationUnitFullyQualifiedName',
    words: jobs.folder,
    width: 150,
    cell: ({ OrganizationUnitFullyQualifiedName: path }) => <bdi>{path}</bdi>,
  },
  { member: 'SourceType', words: jobs.why, width: 110, cell: ({ SourceType }) => SourceType },
  {
    member: 'StartTime',
    words: jobs.waited,
    width: 90,
    align: 'end',
    cell: ({ CreationTime, StartTime, EndTime }) => <Span from={CreationTime} to={StartTime ?? EndTime} />,
  },
  {
    member: 'EndTime',
    words: jobs.ran,
    width: 90,
    align: 'end',
    cell: ({ StartTime, EndTime }) => <Span from={StartTime} to={EndTime} />,
  },
  {
    member: 'CreationTime',
    words: jobs.created,
    width: 130,
    filter: 'instant',
    sorts: true,
    cell: ({ CreationTime }) => <Instant at={CreationTime} />,
  },
  {
    member: 'HostMachineName',
    words: jobs.host,
    width: 130,
    filter: 'text',
    cell: ({ HostMachineName }) => <bdi>{HostMachineName ?? '–'}</bdi>,
  },
  {
    member: 'Key',
    words: jobs.key,
    width: 150,
    isExtra: true,
    filter: 'guid',
    cell: ({ Key }) => <CopyKey value={Key} what={jobs.key} />,
  },
];

/** The jobs of the folder, or of all folders; newest first. */
export function Jobs() {
  const place = usePlace();
  const { organization, tenant } = place;
  const { jobs } = useTexts();
  const [view, onView] = useView();
  const navigate = useNavigate();
  const source = useMemo(() => sourceOf<Row>(place, getJobs), [place]);
  const columns = useMemo(
    () =>
      columnsOf(jobs, ({ Id, ReleaseName, Key }) => (
        <Link to="/$organization/$tenant/jobs/$job" params={{ organization, tenant, job: String(Id) }}>
          <bdi>{ReleaseName ?? Key}</bdi>
        </Link>
      )),
    [jobs, organization, tenant],
  );
  return (
    <div className="list-page">
      <div className="page-head">
        <h1>{jobs.title}</h1>
      </div>
      <DataTable
        label={jobs.title}
        columns={columns}
        source={source}
        keyOf={idOf}
        nameOf={({ ReleaseName, Key, State }) => `${ReleaseName ?? Key}, ${jobs.states[State]}`}
        view={view}
        onView={onView}
        order={{ member: 'Id', descending: true }}
        needs={MEMBERS}
        onOpenPage={(job) =>
          void navigate({ to: '/$organization/$tenant/jobs/$job', params: { organization, tenant, job } })
        }
        empty={<EmptyState sentence={jobs.none} command="npx baton job start PROCESS --folder Shared" />}
      />
    </div>
  );
}
