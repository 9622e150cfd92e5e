import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Place } from '../../api/calls.ts';
import { foldersOf } from '../../api/who.ts';
import { useTexts } from '../../texts/use-texts.tsx';
import type { Liveness } from '../live.ts';
import { AccountMenu, ThemeButton } from './account-menu.tsx';
import { pathOf } from './folder-tree.tsx';
import { FrameIcon } from './frame-icon.tsx';
import { palette } from './palette.tsx';

interface Props {
  readonly place: Place;
  readonly liveness: Liveness;
  readonly onMenu: (() => void) | undefined;
  readonly onHelp: () => void;
}

export function Top({ place, liveness, onMenu, onHelp }: Props) {
  const { frame } = useTexts();
  return (
    <header className="top">
      {onMenu && (
        <button type="button" className="top-button" aria-label={frame.menu} onClick={onMenu}>
          <FrameIcon name="menu" />
        </button>
      )}
      <Crumbs place={place} />
      <button type="button" className="top-find" onClick={palette.open}>
        <FrameIcon name="find" />
        <span className="top-find-words">{frame.find}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <LiveDot liveness={liveness} />
      <button
        type="button"
        className="top-button"
        aria-label={frame.help}
        title={frame.help}
        onClick={onHelp}
      >
        ?
      </button>
      <ThemeButton />
      <AccountMenu />
    </header>
  );
}

function Crumbs({ place }: { readonly place: Place }) {
  const { frame } = useTexts();
  const { data = [] } = useQuery(foldersOf(place));
  const here = data.find(({ Id }) => Id === place.folder);
  const way = [];
  for (let each = here; each; each = data.find(({ Id }) => Id === each!.ParentId)) way.unshift(each);
  return (
    <nav className="crumbs" aria-label={frame.where}>
      <Link to="." search={{ folder: undefined }}>
        {place.folder === undefined ? frame.allFolders : place.tenant}
      </Link>
      {way.map((each) => (
        <span key={each.Id}>
          <span className="second"> / </span>
          <Link
            to="."
            search={{ folder: each.Id ?? undefined }}
            title={pathOf(each)}
            aria-current={each === here ? 'true' : undefined}
          >
            <bdi>{each.DisplayName}</bdi>
          </Link>
        </span>
      ))}
    </nav>
  );
}

/** Nothing stale looks fresh: without the stream it says since when the page is not live. */
function LiveDot({ liveness: { isLive, since } }: { readonly liveness: Liveness }) {
  const { frame } = useTexts();
  const time = since.toLocaleTimeString();
  return (
    <output
      className="live"
      data-live={isLive}
      title={isLive ? frame.liveSince(time) : frame.notLiveSince(time)}
    >
      <span className="live-dot" aria-hidden="true" />
      <span className="live-words">{isLive ? frame.live : frame.notLiveSince(time)}</span>
    </output>
  );
}
