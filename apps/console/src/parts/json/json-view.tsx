import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { IconButton } from '../icon-button.tsx';
import { useReader } from '../reader.tsx';
import { useCopied } from '../use-copied.ts';
import classes from './json.module.css';
import { type Change, difference, type Json, type Node, partsOf, pathOf } from './json-difference.ts';

interface Props {
  readonly value: Json | undefined;
  /** With it there is a difference: of the run before, of the attempt before. */
  readonly before?: Json;
  readonly label: string;
}

/** A value as a tree, as text, and as the difference to another. */
export function JsonView({ value, before, label }: Props) {
  const { words } = useReader();
  const [mode, setMode] = useState('tree');
  const [isCopied, copy] = useCopied();
  const text = JSON.stringify(value, null, 2) ?? '';
  if (value === undefined && before === undefined) return <p className="parts-second">{words.json.empty}</p>;
  const modes = before === undefined ? ['tree', 'raw'] : ['tree', 'raw', 'difference'];
  return (
    <section aria-label={label}>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label={label}
          value={mode}
          data={modes.map((each) => ({ value: each, label: words.json[each as 'tree'] }))}
          onChange={setMode}
        />
        <IconButton
          icon={isCopied ? 'check' : 'copy'}
          label={isCopied ? words.copied : words.copyWhat(words.json.whole)}
          onClick={() => copy(text)}
        />
      </div>
      {mode === 'raw' && (
        <pre className={classes.raw} tabIndex={0} aria-label={label}>
          {text}
        </pre>
      )}
      {mode === 'tree' && value !== undefined && (
        <ul className={classes.tree}>
          <Branch name={undefined} value={value} path={[]} />
        </ul>
      )}
      {mode === 'difference' && <Difference node={difference(before, value)} />}
    </section>
  );
}

/** More entries than this are shown on request: a list of ten thousand must not stall the page. */
const SHOWN = 100;
const OPEN_DEPTH = 2;

interface BranchProps {
  readonly name: string | undefined;
  readonly value: Json;
  readonly path: readonly string[];
}

function Branch({ name, value, path }: BranchProps) {
  const { words } = useReader();
  const parts = partsOf(value);
  const [isOpen, setOpen] = useState(path.length < OPEN_DEPTH);
  const [shown, setShown] = useState(SHOWN);
  const [isCopied, copy] = useCopied();
  const isList = Array.isArray(value);
  return (
    <li>
      <div className={classes.line}>
        {parts && parts.length > 0 ? (
          <button
            type="button"
            className={classes.fold}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
            {name !== undefined && <span className={classes.name}>{name}</span>}
            <span className={classes.size}>
              {isList ? words.json.entries(parts.length) : words.json.members(parts.length)}
            </span>
          </button>
        ) : (
          <span className={classes.leaf}>
            {name !== undefined && <span className={classes.name}>{name}</span>}
            <Leaf value={value} />
          </span>
        )}
        <IconButton
          icon={isCopied ? 'check' : 'copy'}
          size={13}
          className={classes.copy}
          label={`${words.copyWhat(words.json.value)}: ${pathOf(path)}`}
          onClick={() => copy(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
        />
      </div>
      {parts && isOpen && (
        <ul>
          {parts.slice(0, shown).map(([each, inside]) => (
            <Branch key={each} name={each} value={inside} path={[...path, each]} />
          ))}
          {parts.length > shown && (
            <li>
              <button type="button" className={classes.fold} onClick={() => setShown(shown + 10 * SHOWN)}>
                {words.json.more(Math.min(10 * SHOWN, parts.length - shown))}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function Leaf({ value }: { readonly value: Json }) {
  const kind =
    value === null ? 'null' : Array.isArray(value) || typeof value === 'object' ? 'empty' : typeof value;
  return (
    <span className={classes.value} data-kind={kind}>
      {JSON.stringify(value)}
    </span>
  );
}

const SIGNS: Readonly<Record<Change, string>> = { same: ' ', added: '+', removed: '−', changed: '±' };

function Difference({ node }: { readonly node: Node }) {
  const { words } = useReader();
  if (node.change === 'same') return <p className="parts-second">{words.json.same}</p>;
  return (
    <ul className={classes.tree}>
      <Changed node={node} />
    </ul>
  );
}

/** Only what changed, with the names that lead to it. */
function Changed({ node }: { readonly node: Node }) {
  const { words } = useReader();
  const { name, change, before, after, inside } = node;
  if (inside)
    return (
      <li>
        {name !== undefined && <span className={classes.name}>{name}</span>}
        <ul>
          {inside
            .filter((each) => each.change !== 'same')
            .map((each) => (
              <Changed key={each.name} node={each} />
            ))}
        </ul>
      </li>
    );
  return (
    <li className={classes.change} data-change={change}>
      <span aria-hidden="true">{SIGNS[change]}</span>
      <span className="parts-unseen">{words.json[change as 'added']}</span>{' '}
      {name !== undefined && <span className={classes.name}>{name}</span>}
      {before !== undefined && <del>{JSON.stringify(before)}</del>}{' '}
      {after !== undefined && <ins>{JSON.stringify(after)}</ins>}
    </li>
  );
}
