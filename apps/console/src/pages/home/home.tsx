import type { JobState } from '@baton/contract/enumerations';
import { getJobs } from '@baton/contract/jobs';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Place, read } from '../../api/calls.ts';
import { usePlace } from '../../app/place.ts';
import { ErrorState } from '../../parts/states/error-state.tsx';
import { useTexts } from '../../texts/use-texts.tsx';

/** The moment does not run with the clock, so that the answer is kept for a minute. */
const aDayAgo = (): string => new Date(Math.floor(Date.now() / 60_000) * 60_000 - 86_400_000).toISOString();

/** What needs somebody, worst first. Each number leads to the list that proves it. */
export function Home() {
  const { home } = useTexts();
  const place = usePlace();
  return (
    <>
      <div className="page-head">
        <h1>{home.title}</h1>
      </div>
      <ul className="needs">
        <Count place={place} state="Faulted" since={aDayAgo()} words={home.faulted} />
        <Count place={place} state="Pending" words={home.pending} />
        <Count place={place} state="Running" words={home.running} />
        <Count place={place} state="Successful" since={aDayAgo()} words={home.successful} />
      </ul>
    </>
  );
}

interface Counted {
  readonly place: Place;
  readonly state: JobState;
  readonly since?: string;
  readonly words: (count: number) => string;
}

function Count({ place, state, since, words }: Counted) {
  const { home } = useTexts();
  const { organization, tenant } = place;
  const $filter = `State eq '${state}'${since ? ` and EndTime ge ${since}` : ''}`;
  const { data, error } = useQuery(
    read(place, getJobs, {}, { $filter, $top: 0, $count: true, $select: ['Id'] }),
  );
  const count = data?.['@odata.count'];
  if (error) return <ErrorState error={error} what={home.notRead} />;
  return (
    <li data-state={state} data-none={count === 0}>
      {count === undefined ? (
        <span className="second">{home.loading}</span>
      ) : (
        <Link to="/$organization/$tenant/jobs" params={{ organization, tenant }} search={{ query: $filter }}>
          {words(count)}
        </Link>
      )}
    </li>
  );
}
