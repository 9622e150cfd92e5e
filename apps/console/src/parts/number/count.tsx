import { useReader } from '../reader.tsx';
import { Nothing } from '../time/instant.tsx';
import { bytes, fullCount, shortCount } from './count-in-words.ts';

interface Props {
  readonly value: number | null | undefined;
  readonly isEstimate?: boolean;
}

/** "12.4k", with the exact number when pointed at; an estimate carries "~". */
export function Count({ value, isEstimate }: Props) {
  const { language, words } = useReader();
  if (value === null || value === undefined) return <Nothing words={words.none} />;
  const short = shortCount(value, language, isEstimate);
  const full = (isEstimate ? '~' : '') + fullCount(value, language);
  return (
    <span className="parts-number" data-hint={short === full ? undefined : full}>
      {short}
    </span>
  );
}

/** "1.4 MB", with the exact number of bytes when pointed at. */
export function Size({ value }: Props) {
  const { language, words } = useReader();
  if (value === null || value === undefined) return <Nothing words={words.none} />;
  return (
    <span className="parts-number" data-hint={`${fullCount(value, language)} B`}>
      {bytes(value, language)}
    </span>
  );
}
