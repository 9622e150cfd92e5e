import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fullCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import { ErrorState } from '../states/error-state.tsx';
import classes from './confirm.module.css';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** "Delete 3 queues?" */
  readonly title: string;
  /** What is lost: "412 items, 3 of them in progress". */
  readonly lost: readonly ReactNode[];
  /** The button says what it does: "Delete 3 queues". */
  readonly act: string;
  /** How many things it is done to. Above 100 the number is typed. */
  readonly count?: number;
  readonly onConfirm: () => Promise<unknown>;
  /** What did not happen when it fails: "The queues were not deleted". */
  readonly failed: string;
}

/** Names what is lost before it is. More than this is not done by a slip of the finger. */
const TYPED_ABOVE = 100;

export function Confirm(props: Props) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      size="md"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': props.title }}
    >
      {props.isOpen && <Asked {...props} />}
    </Modal>
  );
}

function Asked({ onClose, lost, act, count = 1, onConfirm, failed }: Props) {
  const { words, language } = useReader();
  const [typed, setTyped] = useState('');
  const [isWorking, setWorking] = useState(false);
  const [error, setError] = useState<unknown>();
  const isTyped = count > TYPED_ABOVE;
  const mayGoOn = !isTyped || typed.replaceAll(/\D/g, '') === String(count);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!mayGoOn) return;
    setWorking(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
    }
    setWorking(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {lost.length > 0 && (
        <>
          <p className={classes.lost}>{words.confirm.lost}</p>
          <ul className={classes.list}>
            {lost.map((each, at) => (
              <li key={`lost ${String(at)}`}>{each}</li>
            ))}
          </ul>
        </>
      )}
      {isTyped && (
        <TextInput
          label={words.confirm.type(fullCount(count, language))}
          value={typed}
          inputMode="numeric"
          data-autofocus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {error !== undefined && <ErrorState what={failed} error={error} />}
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button type="submit" color="red" disabled={!mayGoOn} loading={isWorking}>
          {act}
        </Button>
      </div>
    </form>
  );
}
