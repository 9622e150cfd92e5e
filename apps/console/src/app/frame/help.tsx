import { Modal } from '@mantine/core';
import { useTexts } from '../../texts/use-texts.tsx';
import { PAGES } from './pages.ts';

/** The sheet of keys. */
export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { frame } = useTexts();
  const keys: readonly (readonly [string, string])[] = [
    ['?', frame.help],
    ['Ctrl K', frame.find],
    ...PAGES.map(({ keys, words }) => [keys, words(frame)] as const),
    ['Esc', frame.close],
  ];
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={frame.help}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <table className="help">
        <tbody>
          {keys.map(([key, words]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
