import { useState } from 'react';
import { LogStore } from '../../parts/log/log-store.ts';
import { LogView } from '../../parts/log/log-view.tsx';
import classes from './parts.module.css';
import { fetchSample, findSample, levelOf } from './sample-log.ts';
import { Shown } from './shown.tsx';

const OVERVIEW = Array.from({ length: 200 }, (_, n) => levelOf(n * 211 + 17));

/** A log of a million lines, an empty one, and one that cannot be read. */
export function LogParts() {
  const [store] = useState(() => new LogStore(fetchSample));
  const [empty] = useState(() => new LogStore(async () => ({ from: 0, lines: [], total: 0 })));
  const [failing] = useState(
    () =>
      new LogStore(async () => {
        throw new TypeError('Failed to fetch');
      }),
  );
  return (
    <>
      <Shown name="LogView: a million lines">
        <div className={classes.box}>
          <LogView store={store} find={findSample} overview={OVERVIEW} isLive />
        </div>
      </Shown>
      <Shown name="LogView: empty, failing">
        <div className={classes.two}>
          {[empty, failing].map((each, n) => (
            <div key={n === 0 ? 'empty' : 'failing'} className={`${classes.box} ${classes.low}`}>
              <LogView label={n === 0 ? 'Empty log' : 'Failing log'} store={each} />
            </div>
          ))}
        </div>
      </Shown>
    </>
  );
}
