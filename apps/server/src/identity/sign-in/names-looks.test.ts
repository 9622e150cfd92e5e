import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sql from 'sql-template-tag';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { lookAt } from './looks.fixture.ts';
import { linkOf, scene, send, step } from './page-looks.fixture.ts';

// Pages with names as people have them: long, without a place to break, and written from right to left.
const browser = skip ? undefined : await startChromium({ after });

const LOGIN = 'maximiliane-theodora.von-und-zu-hohenlohe-waldenburg-schillingsfuerst';
const EMAIL = `${LOGIN}@accounts-payable.subsidiary.holding.example.com`;
const NAME = 'محمد عبد الرحمن (42)';
const SURNAME = 'Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamter';
const APPLICATION = 'תוכנה: AccountsPayableReconciliationAndArchivingServiceOfTheWholeHolding';
const COMPANY = 'شركة (GlobalIdentityAndAccessManagementServicesOfTheWholeHoldingLimited) 7';
const NAMES = [EMAIL, LOGIN, `${NAME} ${SURNAME}`, APPLICATION, COMPANY, 'Baton', 'QR', 'Orchestrator'];

for (const language of ['en', 'ja'] as const) {
  test(`pages with long names and names from right to left, in ${language}`, { skip }, async (t) => {
    const { server, page, issuer, begin } = await scene(t, browser!, language);
    const { db } = server;
    const { id } = await person(server, { userName: LOGIN });
    await db.execute(sql`
      update identity_users set email = ${EMAIL}, name = ${NAME}, surname = ${SURNAME} where id = ${id}`);
    await db.execute(sql`update external_apps set name = ${APPLICATION} where name = 'Invoices'`);
    await db.execute(sql`update sign_in_providers set name = ${COMPANY}`);
    const faults: string[] = [];
    const seen = async (name: string): Promise<void> => {
      faults.push(...(await lookAt(page, `names-${name}`, { language, names: NAMES })));
      // A name turns nothing but itself.
      const loose = (await page.evaluate(`(${looseNames.toString()})()`)) as string[];
      faults.push(...loose.map((text) => `${name}: it turns what stands around it: ${text}`));
    };

    await begin();
    await seen('login');
    await send(page, { login: LOGIN, password: 'wrong' });
    await seen('login-wrong');
    await send(page, { login: LOGIN, password: PASSWORD });
    await seen('consent');
    await step(page, 'allow');
    await page.waitForURL(/code=/);
    await page.goto(`${issuer}/account`);
    await seen('account');
    await page.goto(await linkOf(server, id, true));
    await seen('invitation');
    assert.deepEqual(faults, []);
  });
}

/**
 * Runs in the page: texts in letters from right to left that stand in no `bdi`, and are not all of a field.
 */
function looseNames(): string[] {
  const { document, NodeFilter } = globalThis as unknown as {
    readonly document: {
      readonly body: unknown;
      createTreeWalker(
        root: unknown,
        show: number,
      ): {
        nextNode(): { textContent: string; parentElement: { closest(selector: string): unknown } } | null;
      };
    };
    readonly NodeFilter: { readonly SHOW_TEXT: number };
  };
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (/[\u0590-\u08ff]/.test(node.textContent) && !node.parentElement.closest('bdi'))
      found.push(node.textContent);
  return found;
}
