import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Place } from '../../api/calls.ts';
import { tenants, useMay } from '../../api/who.ts';
import { useTexts } from '../../texts/use-texts.tsx';
import { FolderTree } from './folder-tree.tsx';
import { FrameIcon } from './frame-icon.tsx';
import { pagesOf } from './pages.ts';

/** Tenant, folders, and the pages that the person may see. */
export function Side({ place, onLeave }: { readonly place: Place; readonly onLeave?: () => void }) {
  const { frame } = useTexts();
  const { organization, tenant } = place;
  const { data } = useQuery(tenants);
  const may = useMay(place);
  const navigate = useNavigate();
  const names = data?.tenants?.flatMap(({ name }) => name ?? []) ?? [tenant];
  return (
    <div className="side">
      <Link
        className="side-brand"
        to="/$organization/$tenant"
        params={{ organization, tenant }}
        onClick={onLeave}
      >
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path d="M7 25 25 7" stroke="currentColor" strokeWidth="5" strokeLinecap="round" />
          <circle cx="25" cy="7" r="4.5" fill="currentColor" />
        </svg>
        Baton
      </Link>
      <NativeSelect
        size="xs"
        label={frame.tenant}
        value={tenant}
        data={names.includes(tenant) ? names : [tenant, ...names]}
        onChange={({ currentTarget }) =>
          void navigate({
            to: '/$organization/$tenant',
            params: { organization, tenant: currentTarget.value },
            search: { folder: undefined },
          })
        }
      />
      <FolderTree place={place} onLeave={onLeave} />
      <nav className="side-pages" aria-label={frame.pages}>
        {pagesOf(may).map(({ to, icon, words, isExact }) => (
          <Link
            key={to}
            to={to}
            params={{ organization, tenant }}
            activeOptions={{ exact: isExact, includeSearch: false }}
            className="side-page"
            onClick={onLeave}
          >
            <FrameIcon name={icon} />
            {words(frame)}
          </Link>
        ))}
      </nav>
    </div>
  );
}
