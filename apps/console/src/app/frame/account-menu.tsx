import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { signOut } from '../../api/session.ts';
import { me } from '../../api/who.ts';
import { LANGUAGES, type Language, useLanguage, useTexts } from '../../texts/use-texts.tsx';
import { FrameIcon } from './frame-icon.tsx';

export function ThemeButton() {
  const { frame } = useTexts();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const label = isDark ? frame.toLight : frame.toDark;
  return (
    <button
      type="button"
      className="top-button"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <FrameIcon name={isDark ? 'sun' : 'moon'} />
    </button>
  );
}

export function AccountMenu() {
  const { frame } = useTexts();
  const { data } = useQuery(me);
  const { language, speak } = useLanguage();
  const name = data?.name ?? '';
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="top-person" aria-label={frame.account(name)} title={name}>
          {initialsOf(name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{name}</bdi>
          {data?.email && (
            <>
              <br />
              <bdi>{data.email}</bdi>
            </>
          )}
        </Menu.Label>
        <Menu.Item component="a" href="/identity/account">
          {frame.ownAccount}
        </Menu.Item>
        <Menu.Item component="a" href="/swagger">
          {frame.api}
        </Menu.Item>
        <Menu.Divider />
        {Object.entries(LANGUAGES).map(([tag, words]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            onClick={() => speak(tag as Language)}
            aria-current={tag === language}
          >
            {tag === language ? `✓ ${words}` : words}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={signOut}>{frame.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The first letters of the first two words. */
const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase() || '·';
