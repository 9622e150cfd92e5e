import { getJob } from '@baton/contract/jobs';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { read } from '../../api/calls.ts';
import { usePlace } from '../../app/place.ts';
import { CopyKey } from '../../parts/copy-key.tsx';
import { StateChip } from '../../parts/state/state-dot.tsx';
import { ErrorState } from '../../parts/states/error-state.tsx';
import { Instant } from '../../parts/time/instant.tsx';
import { useTexts } from '../../texts/use-texts.tsx';
import { JobLog } from './job-log.tsx';
import { Span } from './span.tsx';

const route = getRouteApi('/$organization/$tenant/jobs/$job');

/** One job: what came of it, why it ran, and its log. */
export function Job() {
  const place = usePlace();
  const { jobs } = useTexts();
  const { job: id } = route.useParams();
  const { data: job, error, isPending, refetch } = useQuery(read(place, getJob, { key: Number(id) }));
  if (error) return <ErrorState error={error} what={jobs.jobNotRead(id)} onRetry={() => void refetch()} />;
  if (isPending || !job) return <p className="second">{jobs.loading}</p>;
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [jobs.why, job.SourceType],
    [jobs.folder, job.OrganizationUnitFullyQualifiedName],
    [jobs.host, job.HostMachineName],
    [jobs.created, <Instant key="created" at={job.CreationTime} />],
    [jobs.waited, <Span key="waited" from={job.CreationTime} to={job.StartTime ?? job.EndTime} />],
    [jobs.ran, <Span key="ran" from={job.StartTime} to={job.EndTime} />],
    [jobs.key, <CopyKey key="key" value={job.Key} what={jobs.key} />],
  ];
  const said = job.JobError?.detail ?? job.JobError?.title ?? job.Info;
  return (
    <>
      <div className="page-head">
        <h1>
          <bdi>{job.ReleaseName ?? job.Key}</bdi>
        </h1>
        <StateChip of="job" state={job.State} />
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value ?? '–'}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {said && (
        <p className={job.State === 'Faulted' ? 'said said-fault' : 'said'}>
          <bdi>{said}</bdi>
        </p>
      )}
      <div className="job-columns">
        <JobLog place={{ ...place, folder: job.OrganizationUnitId ?? place.folder }} jobKey={job.Key} />
        <div>
          <Arguments title={jobs.input} text={job.InputArguments} />
          <Arguments title={jobs.output} text={job.OutputArguments} />
        </div>
      </div>
    </>
  );
}

function Arguments({ title, text }: { readonly title: string; readonly text: string | null }) {
  const { jobs } = useTexts();
  return (
    <section>
      <h2>{title}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region has to be reachable */}
      {text ? <pre tabIndex={0}>{pretty(text)}</pre> : <p className="second">{jobs.nothing}</p>}
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
