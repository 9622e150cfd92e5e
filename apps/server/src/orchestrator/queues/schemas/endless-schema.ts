import { isObject } from '../../../kernel/contract/read-input.ts';

type Node = Readonly<Record<string, unknown>>;

/** Keywords whose schemas apply to the value itself, not to a part of it. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas', 'dependencies'];
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];
/** The members of these have names that people choose. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);

/**
 * Refuses a schema that refers back to itself for the same value (`{"$ref":"#"}`): its check would never end.
 * A schema that refers to itself for a part of the value, such as a tree, is accepted. `$async` is refused as
 * well, because its checks would fail outside of the call that waits for them.
 */
export function refuseEndless(root: Node): void {
  const nodes = [...objectsIn(root)];
  const anchors = new Map<unknown, Node>();
  for (const { node, isMap } of nodes) {
    if (isMap) continue;
    if ('$async' in node) throw new Error('$async is not supported');
    for (const name of ['$anchor', '$dynamicAnchor']) if (name in node) anchors.set(`#${node[name]}`, node);
    for (const name of ['$id', 'id']) if (typeof node[name] === 'string') anchors.set(node[name], node);
  }
  const target = (reference: string): unknown =>
    anchors.get(reference) ?? (reference.startsWith('#') ? pointed(root, reference.slice(1)) : undefined);
  const path = new Set<Node>();
  const done = new Set<Node>();
  const visit = (node: Node): void => {
    if (done.has(node)) return;
    if (path.has(node)) throw new Error('it refers to itself without end');
    path.add(node);
    for (const next of inPlace(node, target)) visit(next);
    path.delete(node);
    done.add(node);
  };
  for (const { node } of nodes) visit(node);
}

function* inPlace(node: Node, target: (reference: string) => unknown): Generator<Node> {
  for (const name of REFERENCES) {
    const reference = node[name];
    const found = typeof reference === 'string' ? target(reference) : undefined;
    if (isObject(found)) yield found;
  }
  for (const name of IN_PLACE) {
    const value = node[name];
    const members = Array.isArray(value) || MAPS.has(name) ? Object.values(value ?? {}) : [value];
    for (const member of members) if (isObject(member)) yield member;
  }
}

/** `isMap`: the value holds schemas by name and is itself none. */
export function* objectsIn(value: unknown, isMap = false): Generator<{ node: Node; isMap: boolean }> {
  if (isObject(value)) yield { node: value, isMap };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, !isMap && MAPS.has(name));
}

function pointed(root: Node, pointer: string): unknown {
  let current: unknown = root;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined;
    const name = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
    current = Object.hasOwn(current, name) ? (current as Node)[name] : undefined;
  }
  return current;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
