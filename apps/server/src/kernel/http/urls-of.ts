import type { Entity } from '../contract/entity.ts';
import type { Operation } from '../contract/operation.ts';
import { routeOf } from './address.ts';

/** The router's form of every address of an operation. No two operations share one. */
export function urlsOf(operations: readonly Operation[]): (operation: Operation) => readonly string[] {
  const declared = new Set(operations.map((operation) => `${operation.method} ${routeOf(operation).url}`));
  const otherSets = otherSetsOf(operations);
  return (operation) => {
    const { url, urlWithArguments } = routeOf(operation);
    const own = urlWithArguments === undefined ? [url] : [url, urlWithArguments];
    const others = own.flatMap((known) => {
      const [, set, rest] = /^\/odata\/(\w+)(\/.*)?$/.exec(known) ?? [];
      return (otherSets.get(set ?? '') ?? []).map((other) => `/odata/${other}${rest ?? ''}`);
    });
    return [...own, ...others.filter((other) => !declared.has(`${operation.method} ${other}`))];
  };
}

/** What can be called on a set can also be called under the set's other name. */
function otherSetsOf(operations: readonly Operation[]): ReadonlyMap<string, readonly string[]> {
  const others = new Map<string, readonly string[]>();
  for (const { answer } of operations) {
    const { set, otherSet } = 'of' in answer && 'navigations' in answer.of ? (answer.of as Entity) : {};
    if (set && otherSet) others.set(set, [otherSet]).set(otherSet, [set]);
  }
  return others;
}
