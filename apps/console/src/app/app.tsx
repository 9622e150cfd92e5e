import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { nonce, whereToBe } from '../api/page.ts';
import { Hints } from '../parts/hints.tsx';
import { ReaderProvider } from '../parts/reader.tsx';
import { TextsProvider } from '../texts/use-texts.tsx';
import { ElsewherePage } from './frame/no-page.tsx';
import { queries } from './queries.ts';
import { router } from './router.tsx';
import { theme, variables } from './theme.ts';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <TextsProvider>
        <ReaderProvider>
          <Hints />
          {whereToBe() === 'unreachable' ? (
            <ElsewherePage />
          ) : (
            <QueryClientProvider client={queries}>
              <RouterProvider router={router} />
            </QueryClientProvider>
          )}
        </ReaderProvider>
      </TextsProvider>
    </MantineProvider>
  );
}
