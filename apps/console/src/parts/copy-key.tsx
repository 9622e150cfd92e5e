import { Icon } from './icons.tsx';
import { useReader } from './reader.tsx';
import { useCopied } from './use-copied.ts';

interface Props {
  readonly value: string;
  /** What it is: "the job's key". */
  readonly what: string;
  /** Only the first characters are shown; all are copied, and shown when pointed at. */
  readonly short?: number;
}

/** A key, a version, an id: monospaced, copied by a press. */
export function CopyKey({ value, what, short }: Props) {
  const { words } = useReader();
  const [isCopied, copy] = useCopied();
  const shown = short !== undefined && value.length > short ? `${value.slice(0, short)}…` : value;
  return (
    <button
      type="button"
      className="parts-key"
      data-hint={shown === value ? undefined : value}
      onClick={(event) => {
        event.stopPropagation();
        copy(value);
      }}
    >
      <span>{shown}</span>
      <Icon name={isCopied ? 'check' : 'copy'} size={13} />
      <span className="parts-unseen" aria-live="polite">
        {isCopied ? words.copied : words.copyWhat(what)}
      </span>
    </button>
  );
}
