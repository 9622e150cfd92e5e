import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

/** Copies, and knows for two seconds that it did. */
export function useCopied(): readonly [isCopied: boolean, copy: (text: string) => void] {
  const [copies, setCopies] = useState(0);
  useEffect(() => {
    if (copies === 0) return undefined;
    const timer = setTimeout(() => setCopies(0), 2000);
    return () => clearTimeout(timer);
  }, [copies]);
  const copy = (text: string): void => {
    void copyText(text).then(
      () => setCopies((count) => count + 1),
      () => setCopies(0),
    );
  };
  return [copies > 0, copy];
}
