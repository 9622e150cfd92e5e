import { Drawer } from '@mantine/core';
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useTexts } from '../../texts/use-texts.tsx';
import { useLive } from '../live.ts';
import { usePlace } from '../place.ts';
import { Help } from './help.tsx';
import { Palette, palette } from './palette.tsx';
import { Side } from './side.tsx';
import { Top } from './top.tsx';

/**
 * What stands around every page: folders and pages at the left, a line on top; on a phone the left is a
 * sheet.
 */
export function Frame() {
  const place = usePlace();
  const { frame } = useTexts();
  const { organization, tenant } = place;
  const liveness = useLive(place);
  const isPhone = useMediaQuery('(max-width: 47.99em)') ?? false;
  const [isSheetOpen, sheet] = useDisclosure();
  const [isHelpOpen, help] = useDisclosure();
  const navigate = useNavigate();
  useHotkeys([
    ['?', help.open],
    ['shift+?', help.open],
    ['mod+K', palette.open],
    ['alt+H', () => void navigate({ to: '/$organization/$tenant', params: { organization, tenant } })],
    ['alt+J', () => void navigate({ to: '/$organization/$tenant/jobs', params: { organization, tenant } })],
  ]);
  return (
    <div className="frame">
      <a className="frame-skip" href="#page">
        {frame.skip}
      </a>
      {isPhone ? (
        <Drawer
          opened={isSheetOpen}
          onClose={sheet.close}
          title={frame.menu}
          size="86%"
          padding="sm"
          closeButtonProps={{ 'aria-label': frame.close }}
        >
          <Side place={place} onLeave={sheet.close} />
        </Drawer>
      ) : (
        <aside className="frame-side">
          <Side place={place} />
        </aside>
      )}
      <div className="frame-body">
        <Top place={place} liveness={liveness} onMenu={isPhone ? sheet.open : undefined} onHelp={help.open} />
        <main id="page" className="frame-page" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Palette place={place} />
      <Help isOpen={isHelpOpen} onClose={help.close} />
    </div>
  );
}
