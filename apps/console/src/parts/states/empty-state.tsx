import type { ReactNode } from 'react';
import { IconButton } from '../icon-button.tsx';
import { useReader } from '../reader.tsx';
import { useCopied } from '../use-copied.ts';
import classes from './states.module.css';

interface Props {
  /** One sentence: what this is for. */
  readonly sentence: string;
  /** One button. */
  readonly action?: ReactNode;
  /** The same for a shell: `baton queue add …`. */
  readonly command?: string;
  readonly curl?: string;
}

/** Nothing is here yet, and this is how it comes. */
export function EmptyState({ sentence, action, command, curl }: Props) {
  const { words } = useReader();
  return (
    <div className={classes.empty}>
      <p className={classes.sentence}>{sentence}</p>
      {action}
      {command && <Snippet words={words.empty.command} text={command} />}
      {curl && <Snippet words={words.empty.curl} text={curl} />}
    </div>
  );
}

/** A command to copy. */
export function Snippet({ words: title, text }: { readonly words: string; readonly text: string }) {
  const { words } = useReader();
  const [isCopied, copy] = useCopied();
  return (
    <figure className={classes.snippet}>
      <figcaption>{title}</figcaption>
      <pre tabIndex={0}>{text}</pre>
      <IconButton
        icon={isCopied ? 'check' : 'copy'}
        label={isCopied ? words.copied : words.copyWhat(title)}
        onClick={() => copy(text)}
      />
    </figure>
  );
}
