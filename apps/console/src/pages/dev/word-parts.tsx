import { JobState, SessionState } from '@baton/contract/enumerations';
import { QueueItemStatus } from '@baton/contract/queues-shared';
import { CopyKey } from '../../parts/copy-key.tsx';
import { Count, Size } from '../../parts/number/count.tsx';
import { StateChip, StateDot } from '../../parts/state/state-dot.tsx';
import { Duration, Running } from '../../parts/time/duration.tsx';
import { Instant } from '../../parts/time/instant.tsx';
import { timeNow } from '../../parts/time/use-now.ts';
import classes from './parts.module.css';
import { Shown } from './shown.tsx';

const AGES = [0, 12_000, 190_000, 7_300_000, 200_000_000, 900_000_000, -150_000];

/** States, times, numbers, keys. */
export function WordParts() {
  const now = timeNow();
  return (
    <>
      <Shown name="States">
        <div className={classes.row}>
          {Object.keys(JobState).map((state) => (
            <StateDot key={state} of="job" state={state} />
          ))}
        </div>
        <div className={classes.row}>
          {Object.keys(JobState).map((state) => (
            <StateChip key={state} of="job" state={state} />
          ))}
        </div>
        <div className={classes.row}>
          {[...Object.keys(QueueItemStatus), 'Deferred'].map((state) => (
            <StateChip key={state} of="item" state={state} />
          ))}
          <StateChip of="item" state="Failed" isBusiness />
          <StateChip of="item" state="Failed" isBusiness={false} />
        </div>
        <div className={classes.row}>
          {[...Object.keys(SessionState), 'OfTomorrow'].map((state) => (
            <StateChip key={state} of="session" state={state} />
          ))}
        </div>
      </Shown>
      <Shown name="Times, durations, numbers, keys">
        <div className={classes.row}>
          {AGES.map((age) => (
            <Instant key={age} at={now - age} zone="America/New_York" />
          ))}
          <Instant at={null} />
        </div>
        <div className={classes.row}>
          {[0, 420, 3480, 72_000, 7_509_000, 300_000_000].map((ms) => (
            <Duration key={ms} ms={ms} />
          ))}
          <Running since={now - 55_000} />
        </div>
        <div className={classes.row}>
          {[0, 1204, 9999, 12_449, 3_190_000].map((value) => (
            <Count key={value} value={value} />
          ))}
          <Count value={300_512} isEstimate />
          <Count value={undefined} />
          <Size value={1_449_000} />
        </div>
        <div className={classes.row}>
          <CopyKey value="3f2504e0-4f89-41d3-9a0c-0305e82c3301" what="the key" short={8} />
          <CopyKey value="1.4.2-beta.3" what="the version" />
        </div>
      </Shown>
    </>
  );
}
