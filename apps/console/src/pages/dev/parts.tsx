import { Badge, Group, NativeSelect } from '@mantine/core';
import { type Tone, toneColor, toneGround } from '../../app/theme.ts';
import { LANGUAGES, type Language, useLanguage, useTexts } from '../../texts/use-texts.tsx';

const TONES: readonly Tone[] = [
  'pending',
  'running',
  'suspended',
  'successful',
  'faulted',
  'stopped',
  'hollow',
  'abandoned',
];

/** All parts in all states. Here a change of the design's language is judged. */
export function Parts() {
  const { parts } = useTexts();
  const { language, speak } = useLanguage();
  return (
    <main>
      <h1>{parts.title}</h1>
      <NativeSelect
        aria-label={parts.language}
        value={language}
        onChange={({ currentTarget }) => speak(currentTarget.value as Language)}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      />
      <Group>
        {TONES.map((tone) => (
          <Badge key={tone} c={toneColor(tone)} bg={toneGround(tone)}>
            {tone}
          </Badge>
        ))}
      </Group>
    </main>
  );
}
