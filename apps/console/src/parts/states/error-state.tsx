import { Button } from '@mantine/core';
import { CopyKey } from '../copy-key.tsx';
import { Icon } from '../icons.tsx';
import { useReader } from '../reader.tsx';
import { faultOf } from './fault.ts';
import classes from './states.module.css';

interface Props {
  /** What did not happen: "The list could not be read". */
  readonly what: string;
  /** Whatever was thrown. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What did not happen, why in the server's words, what to do, and the trace id to copy. */
export function ErrorState({ what, error, onRetry }: Props) {
  const { words } = useReader();
  const { why, kind, traceId } = faultOf(error);
  return (
    <div className={classes.error} role="alert">
      <span className={classes.sign} data-tone="faulted">
        <Icon name="alert" />
      </span>
      <div>
        <p className={classes.what}>{what}</p>
        <dl className={classes.facts}>
          <dt>{words.error.why}</dt>
          <dd>{why}</dd>
          <dt>{words.error.todo}</dt>
          <dd>{words.error.does[kind]}</dd>
          {traceId && (
            <>
              <dt>{words.error.trace}</dt>
              <dd>
                <CopyKey value={traceId} what={words.error.copyTrace} />
              </dd>
            </>
          )}
        </dl>
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        )}
      </div>
    </div>
  );
}
