import type { Client, Context } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Words } from '../languages.ts';
import { ROUTES } from '../routes.ts';
import { type ErrorShown, errorPage, stalePage } from './error-page.ts';
import { html, named } from './pages/html.ts';
import { asError, field, hidden, type Page, showPage } from './pages/layout.ts';
import { CONTINUE } from './pages/sign-in.ts';
import { CLOSE } from './sign-out-pages.ts';

const action = `/identity${ROUTES.code_verification}`;

const secretOf = (ctx: Context): string => ctx.oidc.session.state!.secret;

interface DeviceError extends Error {
  readonly userCode?: string;
}

const CONNECT: Words = { en: 'Connect a device', ja: 'デバイスの接続' };

/** First page, and again with what was wrong. */
export const enterDeviceCode =
  (db: Queryable) =>
  (ctx: Context, _form: string, out?: ErrorShown, error?: DeviceError): Promise<void> => {
    if (error && !CODE_ERRORS.has(error.name)) {
      // A form without its session; everything else is an error of the program that asked.
      const isStale = ctx.method === 'POST' && out?.error === 'invalid_request';
      return showPage(db, ctx, isStale ? stalePage(action) : errorPage(out!, ctx.status));
    }
    if (error?.name === 'AbortedError') return showPage(db, ctx, refusedPage);
    const problem = error && WRONG;
    return showPage(db, ctx, {
      title: asError(CONNECT, problem),
      status: problem ? 400 : 200,
      body: html`<h1>${CONNECT}</h1>
<p class="lead">${{
        en: 'Enter the code that your device or command line shows.',
        ja: 'デバイスまたはコマンド ラインに表示されているコードを入力してください。',
      }}</p>
<form method="post" action="${action}">${hidden('xsrf', secretOf(ctx))}
${field({
  name: 'user_code',
  label: { en: 'Code', ja: 'コード' },
  autocomplete: 'off',
  focus: true,
  problem,
  value: error?.userCode ?? (ctx.query.code as string | undefined),
})}
<button type="submit">${CONTINUE}</button></form>`,
    });
  };

const CODE_ERRORS: ReadonlySet<string> = new Set([
  'NoCodeError',
  'NotFoundError',
  'ExpiredError',
  'AlreadyUsedError',
  'AbortedError',
]);
const REFUSED: Words = { en: 'The device was not connected', ja: 'デバイスを接続しませんでした' };

/** As they wanted, so that it is no error. */
const refusedPage: Page = {
  title: REFUSED,
  body: html`<h1>${REFUSED}</h1>
<p class="lead" role="status">${CLOSE}</p>
<p class="more"><a href="${action}">${{ en: 'Enter another code', ja: '別のコードを入力' }}</a></p>`,
};
const WRONG: Words = {
  en: 'That code is not right, or has expired. Look at the device again.',
  ja: 'コードが正しくないか、有効期限が切れています。デバイスの表示をもう一度ご確認ください。',
};

const CONFIRM: Words = { en: 'Connect this device?', ja: 'このデバイスを接続しますか?' };

export const confirmDevice =
  (db: Queryable) =>
  (
    ctx: Context,
    _form: string,
    client: Client,
    device: { readonly ip?: string },
    userCode: string,
  ): Promise<void> => {
    const fields = html`${hidden('xsrf', secretOf(ctx))}${hidden('user_code', userCode)}${hidden('confirm', 'yes')}`;
    const name = html`<strong>${named(client.clientName ?? client.clientId)}</strong>`;
    return showPage(db, ctx, {
      title: CONFIRM,
      again: `${action}?user_code=${encodeURIComponent(userCode)}`,
      body: html`<h1>${CONFIRM}</h1>
<p class="lead">${
        device.ip
          ? {
              en: html`${name} shows this code, and asks from the address ${device.ip}:`,
              ja: html`${name} に次のコードが表示されています (接続元: ${device.ip})。`,
            }
          : {
              en: html`${name} shows this code:`,
              ja: html`${name} に次のコードが表示されています。`,
            }
      }</p>
<code class="code shown">${userCode}</code>
<p>${{
        en: 'Continue only if you see the same code on a device of your own. Nobody else should ever give you one.',
        ja: 'ご自身のデバイスに同じコードが表示されている場合にのみ続行してください。他人から渡されたコードは決して使わないでください。',
      }}</p>
<form method="post" action="${action}">${fields}<button type="submit">${{
        en: 'Yes, connect it',
        ja: '接続する',
      }}</button></form>
<form method="post" action="${action}">${fields}${hidden('abort', 'yes')}<button type="submit" class="plain">${{
        en: 'No',
        ja: '接続しない',
      }}</button></form>`,
    });
  };

const CONNECTED: Words = { en: 'The device is connected', ja: 'デバイスを接続しました' };

export const deviceDone =
  (db: Queryable) =>
  (ctx: Context): Promise<void> =>
    showPage(db, ctx, {
      title: CONNECTED,
      body: html`<h1>${CONNECTED}</h1>
<p class="lead" role="status">${{
        en: 'Go on at the device. You can close this window.',
        ja: 'デバイスで操作を続けてください。このウィンドウは閉じてもかまいません。',
      }}</p>`,
    });
