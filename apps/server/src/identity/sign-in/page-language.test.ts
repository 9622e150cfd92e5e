import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { acceptedLanguage, firstLanguage, type Language } from '../languages.ts';
import { type PlainBrowser, plainBrowser, type Shown } from './browser.fixture.ts';
import { flow, PASSWORD, person } from './flow.fixture.ts';

// The language of a page is chosen by the person's own, the application's wish, the choice in the browser
// and what the browser likes, in this order.
const server = await startIdentity({ after } as never);
const { db, origin } = server;

function speaks({ text, headers }: Shown, language: Language): void {
  assert.equal(/<html lang="(\w+)">/.exec(text)?.[1], language, text);
  assert.equal(headers.get('content-language'), language);
}

const likes = (language: string): RequestInit => ({ headers: { 'accept-language': language } });

/** As the switch of the page does it. */
function choose(browser: PlainBrowser, { text, url }: Shown, language: Language): Promise<Shown> {
  const back = /name="back" value="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  assert.equal(back, url.pathname + url.search);
  return browser.open(`${origin}/identity/language`, {
    method: 'POST',
    body: new URLSearchParams({ back, language }),
  });
}

const save = (userId: string, language: string): Promise<number> =>
  db.execute(sql`
    insert into identity_settings (organization_id, user_id, key, value)
    values (${server.first.organization.id}, ${userId}, 'UserLanguage.Language', ${language})`);

const saved = (userId: string): Promise<{ value: string } | undefined> =>
  db.first<{ value: string }>(sql`select value from identity_settings where user_id = ${userId}`);

describe('the language of pages', () => {
  it('is what the browser likes best of what is spoken here', async () => {
    for (const [header, language] of [
      [undefined, undefined],
      ['*', undefined],
      ['ja', 'ja'],
      ['ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7', 'ja'],
      ['en-US,en;q=0.9,ja;q=0.8', 'en'],
      ['fr;q=0.9, ja;q=0.2, en;q=0.1', 'ja'],
      ['en;q=0.1,ja;q=0.2', 'ja'],
      ['ja;q=0, en;q=0.1', 'en'],
      ['ja;q=x', undefined],
      ['de, constructor', undefined],
    ] as const)
      assert.equal(acceptedLanguage(header), language, header);
    assert.equal(firstLanguage('fr-CA ja-JP en'), 'ja');
    assert.equal(firstLanguage('fr'), undefined);
    const browser = plainBrowser(origin);
    speaks(await browser.open(origin, likes('ja,en;q=0.5')), 'ja');
    speaks(await browser.open(origin, likes('de')), 'en');
    speaks(await browser.open(`${origin}/identity/sign-in/saved`, likes('ja')), 'ja');
  });

  it('is chosen in the browser, and leads back to the page', async () => {
    const browser = plainBrowser(origin);
    const page = await browser.open(`${origin}/identity/sign-in/forgotten?organization=Default`, likes('en'));
    const again = await choose(browser, page, 'ja');
    assert.deepEqual(again.statuses, [303]);
    assert.equal(again.url.href, page.url.href);
    speaks(again, 'ja');
    speaks(await browser.open(origin, likes('en')), 'ja');
    for (const path of ['device', 'connect/endsession/success', 'connect/authorize?client_id=x']) {
      const there = plainBrowser(origin);
      const own = await there.open(`${origin}/identity/${path}`, likes('en'));
      const led = await choose(there, own, 'ja');
      assert.equal(led.url.href, own.url.href);
      speaks(led, 'ja');
    }
    for (const back of ['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'x']) {
      const body = new URLSearchParams({ back, language: 'en' });
      const led = await browser.open(`${origin}/identity/language`, { method: 'POST', body });
      assert.equal(led.url.href, `${origin}/`, back);
    }
    const unknown = new URLSearchParams({ back: '/', language: 'constructor' });
    speaks(await browser.open(`${origin}/identity/language`, { method: 'POST', body: unknown }), 'en');
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' }, method: 'POST' };
    const body = new URLSearchParams({ back: '/', language: 'ja' });
    speaks(await browser.open(`${origin}/identity/language`, { ...foreign, body }), 'en');
  });

  it('is what the application wishes, until another is chosen in that sign-in', async () => {
    const { begin, browser } = await flow(server);
    const page = await begin({ ui_locales: 'fr ja' });
    speaks(page, 'ja');
    speaks(await choose(browser, page, 'en'), 'en');
    speaks(await browser.submit({ login: 'nobody', password: 'wrong' }, 'password'), 'en');
    speaks(await begin({ ui_locales: 'ja' }), 'ja');
    speaks(await begin(), 'en');
    const error = await browser.open(`${origin}/identity/connect/authorize?ui_locales=ja&client_id=x`);
    assert.equal(error.status, 400);
    speaks(error, 'ja');
  });

  it('is the one that the person has saved, as soon as it is known who they are', async () => {
    const { id } = await person(server, { userName: 'hanako', mustChange: true });
    await save(id, 'ja-JP');
    const { begin, browser } = await flow(server);
    const page = await begin({ ui_locales: 'en' });
    speaks(page, 'en');
    speaks(await browser.submit({ login: 'hanako', password: PASSWORD }, 'password'), 'ja');
    const wrong = await browser.submit({ password: 'short', repeat: 'short' }, 'change');
    speaks(wrong, 'ja');
    assert.match(wrong.text, /<title>エラー: .*8 文字以上にしてください/s);
    const own = { password: 'violet cellar door', repeat: 'violet cellar door' };
    speaks(await browser.submit(own, 'change'), 'ja');
    const account = await browser.open(`${origin}/identity/account`);
    speaks(account, 'ja');
    speaks(await choose(browser, account, 'en'), 'en');
    assert.deepEqual(await saved(id), { value: 'en' });
    const [entry] = await db.query(sql`
      select category, target, details, actor, source from identity_audit order by id desc limit 1`);
    assert.deepEqual(entry, {
      category: 'Setting',
      target: id,
      details: {
        before: { 'UserLanguage.Language': 'ja-JP' },
        after: { 'UserLanguage.Language': 'en' },
      },
      actor: `user:${id}`,
      source: 'SignIn',
    });
  });

  it('is what was chosen in the sign-in, and saves nothing before it is sure who somebody is', async () => {
    const { id } = await person(server, { userName: 'taro', mustChange: true });
    await save(id, 'en');
    const { begin, browser } = await flow(server);
    await begin();
    const page = await browser.submit({ login: 'taro', password: PASSWORD }, 'password');
    speaks(page, 'en');
    speaks(await choose(browser, page, 'ja'), 'ja');
    assert.deepEqual(await saved(id), { value: 'en' });
  });
});
