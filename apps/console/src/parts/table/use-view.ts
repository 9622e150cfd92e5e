import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { searchOf, VIEW_MEMBERS, type View, viewOf } from './view.ts';

/**
 * The view of a list in the address of the page. Every change is a step that Back undoes, but for words that
 * are being typed and the row in the panel while one moves through the list.
 */
export function useView(): readonly [View, (view: View, isStep?: boolean) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const written = JSON.stringify(Object.fromEntries(VIEW_MEMBERS.map((member) => [member, search[member]])));
  const view = useMemo(() => viewOf(JSON.parse(written) as Readonly<Record<string, unknown>>), [written]);
  const setView = useCallback(
    (next: View, isStep = true): void => {
      const cleared = Object.fromEntries(VIEW_MEMBERS.map((member) => [member, undefined]));
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, unknown>>) => ({ ...before, ...cleared, ...searchOf(next) }),
        replace: !isStep,
        resetScroll: false,
      } as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
  return [view, setView];
}
