import type { Client, Context } from 'oidc-provider';
import { ROUTES } from '../routes.ts';
import { type ErrorShown, errorPage } from './error-page.ts';
import { html } from './pages/html.ts';
import { alert, field, hidden, showPage } from './pages/layout.ts';

const action = `/identity${ROUTES.code_verification}`;

const secretOf = (ctx: Context): string => ctx.oidc.session.state!.secret;

interface DeviceError extends Error {
  readonly userCode?: string;
}

/** First page, and again with what was wrong. */
export function enterDeviceCode(ctx: Context, _form: string, out?: ErrorShown, error?: DeviceError): void {
  if (error && error.name !== 'AbortedError' && !CODE_ERRORS.has(error.name)) {
    return showPage(ctx, errorPage(out!, ctx.status));
  }
  const problem = error && (error.name === 'AbortedError' ? 'The device was not connected.' : PROBLEM);
  showPage(ctx, {
    title: problem ? 'Error: Connect a device' : 'Connect a device',
    status: problem ? 400 : 200,
    body: html`<h1>Connect a device</h1>
<p class="lead">Enter the code that your device or command line shows.</p>
${alert(problem)}
<form method="post" action="${action}">${hidden('xsrf', secretOf(ctx))}
${field({
  name: 'user_code',
  label: 'Code',
  autocomplete: 'off',
  focus: true,
  invalid: !!problem,
  value: error?.userCode ?? (ctx.query.code as string | undefined),
})}
<button type="submit">Continue</button></form>`,
  });
}

const CODE_ERRORS: ReadonlySet<string> = new Set([
  'NoCodeError',
  'NotFoundError',
  'ExpiredError',
  'AlreadyUsedError',
]);
const PROBLEM = 'That code is not right, or no longer good. Look at the device again.';

export function confirmDevice(
  ctx: Context,
  _form: string,
  client: Client,
  device: { readonly ip?: string },
  userCode: string,
): void {
  const fields = html`${hidden('xsrf', secretOf(ctx))}${hidden('user_code', userCode)}${hidden('confirm', 'yes')}`;
  showPage(ctx, {
    title: 'Connect this device?',
    body: html`<h1>Connect this device?</h1>
<p class="lead"><strong>${client.clientName ?? client.clientId}</strong> shows this code${
      device.ip ? `, and asked from ${device.ip}` : ''
    }:</p>
<p class="code">${userCode}</p>
<p>Continue only if you see the same code on a device of your own. Nobody else should ever give you one.</p>
<form method="post" action="${action}">${fields}<button type="submit">Yes, connect it</button></form>
<form method="post" action="${action}">${fields}${hidden('abort', 'yes')}<button type="submit" class="plain">No</button></form>`,
  });
}

export function deviceDone(ctx: Context): void {
  showPage(ctx, {
    title: 'The device is connected',
    body: html`<h1>The device is connected</h1>
<p class="lead" role="status">Go on there; you can close this window.</p>`,
  });
}
