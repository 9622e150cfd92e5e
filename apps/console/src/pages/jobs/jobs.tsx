import { quoted } from '@baton/client/request';
import { JobState } from '@baton/contract/enumerations';
import { getJobs } from '@baton/contract/jobs';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { readPages } from '../../api/calls.ts';
import { usePlace } from '../../app/place.ts';
import { StateDot } from '../../parts/state/state-dot.tsx';
import { EmptyState } from '../../parts/states/empty-state.tsx';
import { ErrorState } from '../../parts/states/error-state.tsx';
import { Instant } from '../../parts/time/instant.tsx';
import { useTexts } from '../../texts/use-texts.tsx';
import { Span } from './span.tsx';

const route = getRouteApi('/$organization/$tenant/jobs');

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

const isState = (text: string | undefined): text is JobState => text !== undefined && text in JobState;

function filterOf({ state, find }: { readonly state?: string; readonly find?: string }): string | undefined {
  const parts = [
    ...(isState(state) ? [`State eq '${state}'`] : []),
    ...(find ? [`contains(tolower(ReleaseName), ${quoted(find.toLowerCase())})`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** The jobs of the folder, or of all folders; newest first. */
export function Jobs() {
  const place = usePlace();
  const { organization, tenant, folder } = place;
  const { jobs } = useTexts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, type] = useState(search.find ?? '');
  const find = useDebouncedCallback((text: string) => {
    void navigate({ search: (before) => ({ ...before, find: text || undefined }), replace: true });
  }, 250);
  const $filter = filterOf(search);
  const list = useInfiniteQuery(
    readPages(place, getJobs, { $select: MEMBERS, $filter, $orderby: 'Id desc', $top: 50, $count: true }),
  );
  const rows = list.data?.pages.flatMap(({ value }) => value) ?? [];
  const count = list.data?.pages[0]?.['@odata.count'];
  return (
    <>
      <div className="page-head">
        <h1>{jobs.title}</h1>
        <output className="second">{count !== undefined && jobs.count(count)}</output>
      </div>
      <div className="page-tools">
        <TextInput
          size="xs"
          aria-label={jobs.find}
          placeholder={jobs.find}
          value={typed}
          onChange={({ currentTarget }) => {
            type(currentTarget.value);
            find(currentTarget.value);
          }}
        />
        <NativeSelect
          size="xs"
          aria-label={jobs.state}
          value={isState(search.state) ? search.state : ''}
          data={[
            { value: '', label: jobs.anyState },
            ...Object.keys(JobState).map((state) => ({
              value: state,
              label: jobs.states[state as JobState],
            })),
          ]}
          onChange={({ currentTarget }) =>
            void navigate({ search: (before) => ({ ...before, state: currentTarget.value || undefined }) })
          }
        />
      </div>
      {list.isError && (
        <ErrorState error={list.error} what={jobs.notRead} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && <p className="second">{jobs.loading}</p>}
      {list.isSuccess && rows.length === 0 && <NoJobs isFiltered={$filter !== undefined} />}
      {rows.length > 0 && (
        // A wide table is scrolled by keys too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region has to be reachable
        <section className="table-frame" aria-label={jobs.title} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{jobs.state}</th>
                <th scope="col">{jobs.process}</th>
                {folder === undefined && <th scope="col">{jobs.folder}</th>}
                <th scope="col">{jobs.why}</th>
                <th scope="col" className="number">
                  {jobs.waited}
                </th>
                <th scope="col" className="number">
                  {jobs.ran}
                </th>
                <th scope="col">{jobs.created}</th>
                <th scope="col">{jobs.host}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((job) => (
                <tr key={job.Id}>
                  <td>
                    <StateDot of="job" state={job.State} />
                  </td>
                  <td>
                    <Link
                      to="/$organization/$tenant/jobs/$job"
                      params={{ organization, tenant, job: String(job.Id) }}
                    >
                      <bdi>{job.ReleaseName ?? job.Key}</bdi>
                    </Link>
                  </td>
                  {folder === undefined && (
                    <td>
                      <bdi>{job.OrganizationUnitFullyQualifiedName}</bdi>
                    </td>
                  )}
                  <td>{job.SourceType}</td>
                  <td className="number">
                    <Span from={job.CreationTime} to={job.StartTime ?? job.EndTime} />
                  </td>
                  <td className="number">
                    <Span from={job.StartTime} to={job.EndTime} />
                  </td>
                  <td>
                    <Instant at={job.CreationTime} />
                  </td>
                  <td>
                    <bdi>{job.HostMachineName ?? '–'}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {list.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          mt="md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {jobs.more}
        </Button>
      )}
    </>
  );
}

/** What this is for, and how the first comes about. */
function NoJobs({ isFiltered }: { readonly isFiltered: boolean }) {
  const { jobs } = useTexts();
  if (isFiltered) return <p className="empty">{jobs.noneFound}</p>;
  return <EmptyState sentence={jobs.none} command="npx baton job start PROCESS --folder Shared" />;
}
