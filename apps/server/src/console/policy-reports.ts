import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readBytes } from '../kernel/http/read-bytes.ts';

export const POLICY_REPORTS = '/policy-reports';

const MOST = { bytes: 8192, name: 'for a report' };
const MOST_A_MINUTE = 10;
const MINUTE = 60_000;
const MOST_CHARACTERS = 200;

/** What browsers name in a report; older and newer ones spell it differently. */
interface Violation {
  readonly 'violated-directive'?: unknown;
  readonly effectiveDirective?: unknown;
  readonly 'blocked-uri'?: unknown;
  readonly blockedURL?: unknown;
  readonly 'document-uri'?: unknown;
  readonly documentURL?: unknown;
}

/**
 * Takes browsers' reports of what the policy of the console's pages has blocked, and logs them. Anybody may
 * send some, so they are small, few of them are written, and of each only the start of three texts.
 */
export function takePolicyReports(app: FastifyInstance, now: () => number): void {
  let minute = 0;
  let written = 0;
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/csp-report', 'application/reports+json', 'application/json'],
      ({ raw }: FastifyRequest) => readBytes(raw, MOST),
    );
    scope.post(POLICY_REPORTS, (request, reply) => {
      const current = Math.floor(now() / MINUTE);
      if (current !== minute) [minute, written] = [current, 0];
      for (const violation of violationsIn(String(request.body ?? ''))) {
        written += 1;
        if (written <= MOST_A_MINUTE) request.log.warn(violation, 'a page wanted what its policy forbids');
      }
      return reply.code(204).send();
    });
  });
}

function violationsIn(text: string): Record<string, string>[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [];
  }
  return [body].flat().flatMap((each) => {
    const { 'csp-report': old, body: report = old } = (each ?? {}) as Record<string, Violation | undefined>;
    if (typeof report !== 'object' || report === null) return [];
    return [
      {
        directive: start(report.effectiveDirective ?? report['violated-directive']),
        blocked: start(report.blockedURL ?? report['blocked-uri']),
        page: start(report.documentURL ?? report['document-uri']),
      },
    ];
  });
}

/** Without the query, in which addresses of pages carry what people search for. */
const start = (text: unknown): string =>
  String(text ?? '')
    .split('?')[0]!
    .slice(0, MOST_CHARACTERS);
