import { LogLevel } from '@baton/contract/logs-shared';
import { getRobotLogs } from '@baton/contract/robot-logs';
import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { type Place, readPages } from '../../api/calls.ts';
import { ErrorState } from '../../parts/states/error-state.tsx';
import { useTexts } from '../../texts/use-texts.tsx';

const route = getRouteApi('/$organization/$tenant/jobs/$job');

const isLevel = (text: string | undefined): text is LogLevel => text !== undefined && text in LogLevel;

/** The end of the log, oldest line first; earlier ones when asked for. */
export function JobLog({ place, jobKey }: { readonly place: Place; readonly jobKey: string }) {
  const { jobs } = useTexts();
  const { level } = route.useSearch();
  const navigate = route.useNavigate();
  const least = isLevel(level) ? level : undefined;
  const log = useInfiniteQuery(
    readPages(place, getRobotLogs, {
      $select: ['Id', 'Level', 'TimeStamp', 'Message'],
      $filter: `JobKey eq ${jobKey}${least ? ` and Level ge '${least}'` : ''}`,
      $orderby: 'Id desc',
      $count: false,
    }),
  );
  const lines = log.data?.pages.flatMap(({ value }) => value).toReversed() ?? [];
  const list = useRef<HTMLOListElement>(null);
  const isThere = lines.length > 0;
  useLayoutEffect(() => {
    if (isThere) list.current?.scrollTo(0, list.current.scrollHeight);
  }, [isThere]);
  return (
    <section aria-labelledby="log">
      <div className="page-head">
        <h2 id="log">{jobs.log}</h2>
        <NativeSelect
          size="xs"
          aria-label={jobs.level}
          value={least ?? ''}
          data={[
            { value: '', label: jobs.anyLevel },
            ...Object.keys(LogLevel).map((each) => ({ value: each, label: jobs.fromLevel(each) })),
          ]}
          onChange={({ currentTarget }) =>
            void navigate({ search: (before) => ({ ...before, level: currentTarget.value || undefined }) })
          }
        />
      </div>
      {log.isError && (
        <ErrorState error={log.error} what={jobs.logNotRead} onRetry={() => void log.refetch()} />
      )}
      {log.isPending && <p className="second">{jobs.loading}</p>}
      {log.isSuccess && lines.length === 0 && <p className="empty">{jobs.noLines}</p>}
      {log.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {jobs.earlier}
        </Button>
      )}
      {lines.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region has to be reachable
        <ol className="log" ref={list} tabIndex={0} aria-label={jobs.log}>
          {lines.map((line) => (
            <li key={line.Id} data-level={line.Level}>
              <time dateTime={line.TimeStamp} title={line.TimeStamp}>
                {new Date(line.TimeStamp).toLocaleTimeString([], { hourCycle: 'h23' })}
              </time>
              <abbr title={line.Level}>{line.Level[0]}</abbr>
              <span>{line.Message}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
