import type { QueryOptions } from '@baton/client/request';
import type { Many, NoInput, Operation } from '@baton/contract/operation';
import { clientOf, type Place } from './calls.ts';

interface Asked {
  readonly filter?: string;
  readonly order?: string;
  readonly select?: readonly string[];
  readonly expand?: string;
}

interface Page<Row> {
  readonly rows: readonly Row[];
  /** The link to the next page, if there is one. */
  readonly next?: string;
  readonly count?: number;
}

/**
 * A list of the API as the source of a table. Rows are read by pages, each of which begins behind the last
 * row of the one before; they are counted with the first.
 */
export function sourceOf<Row>(place: Place, operation: Operation<NoInput, Many<Row>>) {
  const client = clientOf(place);
  return {
    id: [place.organization, place.tenant, place.folder ?? null, operation.id],
    address: `${client.url}${operation.path}`,
    headers: place.folder === undefined ? undefined : { 'X-UIPATH-OrganizationUnitId': String(place.folder) },
    async fetchPage(query: Asked, next: string | undefined, signal: AbortSignal): Promise<Page<Row>> {
      const skiptoken = next && new URL(next, location.href).searchParams.get('$skiptoken');
      const options: QueryOptions = {
        $filter: query.filter,
        $orderby: query.order,
        $select: query.select,
        $expand: query.expand,
        $count: !next,
        ...(skiptoken && { $skiptoken: skiptoken }),
      };
      // `$select` names members as the table has them: text.
      const answer = await client.call(operation, {}, { options: options as QueryOptions<never>, signal });
      const { value, '@odata.count': count, '@odata.nextLink': more } = answer as Many<Row>;
      return { rows: value, next: more, count };
    },
  };
}
