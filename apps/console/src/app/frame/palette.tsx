import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Place } from '../../api/calls.ts';
import { foldersOf, useMay } from '../../api/who.ts';
import { useTexts } from '../../texts/use-texts.tsx';
import { pathOf } from './folder-tree.tsx';
import { FrameIcon } from './frame-icon.tsx';
import { pagesOf } from './pages.ts';

const [store, palette] = createSpotlight();

export { palette };

/** Ctrl+K: finds pages and folders, and goes there. */
export function Palette({ place }: { readonly place: Place }) {
  const { frame } = useTexts();
  const { organization, tenant } = place;
  const { data: folders = [] } = useQuery(foldersOf(place));
  const may = useMay(place);
  const navigate = useNavigate();
  const pages = pagesOf(may).map(
    ({ to, icon, words }): SpotlightActionData => ({
      id: to,
      label: words(frame),
      leftSection: <FrameIcon name={icon} />,
      onClick: () => void navigate({ to, params: { organization, tenant } }),
    }),
  );
  const places = folders
    .filter(({ IsSelectable }) => IsSelectable !== false)
    .map(
      (folder): SpotlightActionData => ({
        id: `folder ${folder.Id}`,
        label: pathOf(folder),
        leftSection: <FrameIcon name="folder" />,
        onClick: () => void navigate({ to: '.', search: { folder: folder.Id ?? undefined } }),
      }),
    );
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={[
        { group: frame.pages, actions: pages },
        { group: frame.folders, actions: places },
      ]}
      nothingFound={frame.nothing}
      limit={12}
      highlightQuery
      searchProps={{ placeholder: frame.find, 'aria-label': frame.find }}
    />
  );
}
