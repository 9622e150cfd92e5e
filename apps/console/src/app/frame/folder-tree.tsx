import type { ExtendedFolderDto } from '@baton/contract/folders-navigation';
import { TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Place } from '../../api/calls.ts';
import { foldersOf } from '../../api/who.ts';
import { useTexts } from '../../texts/use-texts.tsx';
import { FrameIcon } from './frame-icon.tsx';

interface Props {
  readonly place: Place;
  readonly onLeave?: (() => void) | undefined;
}

/** The folders of the person: found by typing, favourites on top. Choosing one keeps the page. */
export function FolderTree({ place, onLeave }: Props) {
  const { frame } = useTexts();
  const { data, isPending, isError } = useQuery(foldersOf(place));
  const [wanted, find] = useState('');
  const key = `baton.favourites.${place.organization}.${place.tenant}`;
  const [favourites, setFavourites] = useLocalStorage<readonly number[]>({ key, defaultValue: [] });
  const all = data ?? [];
  const found =
    wanted === '' ? all : all.filter((each) => pathOf(each).toLowerCase().includes(wanted.toLowerCase()));
  const toggle = (id: number): void =>
    setFavourites(favourites.includes(id) ? favourites.filter((each) => each !== id) : [...favourites, id]);
  const rowOf = (folder: ExtendedFolderDto, isFavourite: boolean) => (
    <FolderRow
      key={`${isFavourite} ${folder.Id}`}
      folder={folder}
      level={isFavourite || wanted !== '' ? 0 : (folder.Level ?? 0)}
      name={isFavourite || wanted !== '' ? pathOf(folder) : folder.DisplayName}
      isFavourite={favourites.includes(folder.Id ?? 0)}
      isHere={place.folder === folder.Id}
      onToggle={() => toggle(folder.Id ?? 0)}
      onLeave={onLeave}
    />
  );
  return (
    <section className="tree" aria-label={frame.folders}>
      <TextInput
        size="xs"
        aria-label={frame.findFolder}
        placeholder={frame.findFolder}
        leftSection={<FrameIcon name="find" />}
        value={wanted}
        onChange={({ currentTarget }) => find(currentTarget.value)}
      />
      <ul className="tree-list">
        <li className="tree-row" data-here={place.folder === undefined}>
          <Link
            to="."
            search={{ folder: undefined }}
            aria-current={place.folder === undefined ? 'true' : undefined}
            onClick={onLeave}
          >
            <FrameIcon name="folder" />
            {frame.allFolders}
          </Link>
        </li>
        {wanted === '' &&
          all.filter(({ Id }) => favourites.includes(Id ?? 0)).map((each) => rowOf(each, true))}
        {found.map((each) => rowOf(each, false))}
      </ul>
      {isPending && <p className="second">{frame.loading}</p>}
      {isError && <p className="second">{frame.noFolders}</p>}
      {wanted !== '' && found.length === 0 && <p className="second">{frame.nothingFound(wanted)}</p>}
    </section>
  );
}

export const pathOf = ({ FullyQualifiedName, DisplayName }: ExtendedFolderDto): string =>
  FullyQualifiedName ?? DisplayName;

interface Row {
  readonly folder: ExtendedFolderDto;
  readonly level: number;
  readonly name: string;
  readonly isFavourite: boolean;
  readonly isHere: boolean;
  readonly onToggle: () => void;
  readonly onLeave: (() => void) | undefined;
}

function FolderRow({ folder, level, name, isFavourite, isHere, onToggle, onLeave }: Row) {
  const { frame } = useTexts();
  const label = isFavourite ? frame.noFavourite(name) : frame.favourite(name);
  return (
    <li className="tree-row" data-here={isHere} style={{ paddingInlineStart: `${level * 14}px` }}>
      {folder.IsSelectable === false ? (
        <span className="tree-name second">
          <FrameIcon name="folder" />
          <bdi>{name}</bdi>
        </span>
      ) : (
        <>
          <Link
            to="."
            search={{ folder: folder.Id ?? undefined }}
            aria-current={isHere ? 'true' : undefined}
            onClick={onLeave}
          >
            <FrameIcon name="folder" />
            <bdi>{name}</bdi>
          </Link>
          <button
            type="button"
            className="tree-star"
            aria-pressed={isFavourite}
            aria-label={label}
            title={label}
            onClick={onToggle}
          >
            <FrameIcon name="star" isFilled={isFavourite} />
          </button>
        </>
      )}
    </li>
  );
}
