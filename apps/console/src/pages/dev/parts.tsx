import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { ReaderProvider } from '../../parts/reader.tsx';
import { LANGUAGES, type Language, useLanguage } from '../../texts/use-texts.tsx';
import { LogParts } from './log-parts.tsx';
import { OtherParts } from './other-parts.tsx';
import classes from './parts.module.css';
import { TableParts } from './table-parts.tsx';
import { WordParts } from './word-parts.tsx';

/** Another zone than UTC, whatever machine takes the picture. */
const zone = 'Asia/Tokyo';

/** All parts in all states. Here a change of the design's language is judged. */
export function Parts() {
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const { language, speak } = useLanguage();
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1>Parts</h1>
        <SegmentedControl
          size="xs"
          aria-label="Theme"
          value={colorScheme}
          data={['light', 'dark', 'auto']}
          onChange={(value) => setColorScheme(value as 'light')}
        />
        <SegmentedControl
          size="xs"
          aria-label="Language"
          value={language}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          onChange={(value) => speak(value as Language)}
        />
      </header>
      <ReaderProvider zone={zone}>
        <WordParts />
        <TableParts />
        <LogParts />
        <OtherParts />
      </ReaderProvider>
    </main>
  );
}
