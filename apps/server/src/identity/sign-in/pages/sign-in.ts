import { type Html, html } from './html.ts';
import { alert, field, hidden, type Page } from './layout.ts';
import { qrCode } from './qr-code.ts';

/** What every form of a sign-in carries. */
export interface FormOf {
  /** Path that it is sent to. */
  readonly action: string;
  readonly token: string;
  /** As of Page. */
  readonly leadsTo: string | undefined;
}

export interface Told {
  readonly problem?: string;
  /** The field that the problem is about: it is marked and has the focus. Absent: none. */
  readonly about?: string;
  /** Default 200, or 400 where there is a problem. */
  readonly status?: number;
  readonly retryAfter?: number;
}

const frame = (form: FormOf, told: Told, title: string, body: Html): Page => ({
  title: told.problem === undefined ? title : `Error: ${title}`,
  body,
  leadsTo: form.leadsTo,
  status: told.status ?? (told.problem === undefined ? 200 : 400),
  retryAfter: told.retryAfter,
});

const formOf = ({ action, token }: FormOf, step: string, fields: Html): Html =>
  html`<form method="post" action="${action}">
${hidden('csrf', token)}${hidden('step', step)}
${fields}
</form>`;

export interface LoginPage extends Told {
  readonly form: FormOf;
  readonly clientName: string;
  readonly organization: string | undefined;
  /** For links. */
  readonly organizationName: string | undefined;
  /** There are several, and none is named: ask. */
  readonly asksOrganization: boolean;
  readonly login: string;
  readonly outside: readonly { readonly id: string; readonly name: string }[];
}

export function loginPage(of: LoginPage): Page {
  const again = of.problem !== undefined;
  // Which of the two is wrong is not said.
  const isWrong = of.about === 'password';
  return frame(
    of.form,
    of,
    'Sign in',
    html`<h1>Sign in</h1>
<p class="lead">to continue to <strong>${of.clientName}</strong>${
      of.organization ? html` in <strong>${of.organization}</strong>` : undefined
    }</p>
${alert(of.problem)}
${formOf(
  of.form,
  'password',
  html`${
    of.asksOrganization
      ? field({ name: 'organization', label: 'Organization', autocomplete: 'organization', focus: !again })
      : undefined
  }
${field({
  name: 'login',
  label: 'User name or e-mail',
  autocomplete: 'username',
  value: of.login,
  focus: !again && of.login === '' && !of.asksOrganization,
  invalid: isWrong,
})}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  focus: isWrong || of.login !== '',
  invalid: isWrong,
})}
<button type="submit">Sign in</button>`,
)}
${of.outside.length > 0 ? html`<p class="or">or</p>` : undefined}
${of.outside.map(
  // No form: where the provider leads people on to is not ours to know, and form-action would have to name
  // it.
  ({ id, name }) =>
    html`<a class="button plain" href="${of.form.action}?provider=${id}">Sign in with ${name}</a>`,
)}
<p class="more"><a href="/identity/sign-in/forgotten?${forgottenQuery(of)}">Forgotten your password?</a></p>`,
  );
}

const forgottenQuery = ({ form, organizationName }: LoginPage): string =>
  new URLSearchParams({
    from: form.action.split('/').at(-1)!,
    ...(organizationName ? { organization: organizationName } : {}),
  }).toString();

export interface CodePage extends Told {
  readonly form: FormOf;
  readonly recovery: boolean;
}

export function codePage(of: CodePage): Page {
  const other = of.recovery ? 'factor' : 'recovery';
  return frame(
    of.form,
    of,
    'Confirm it is you',
    html`<h1>Confirm it is you</h1>
<p class="lead">${
      of.recovery
        ? 'Enter one of the recovery codes that you kept when you set up your second factor.'
        : 'Enter the six digits that your authenticator app shows for Baton.'
    }</p>
${alert(of.problem)}
${formOf(
  of.form,
  of.recovery ? 'recovery' : 'factor',
  html`${
    of.recovery
      ? field({
          name: 'code',
          label: 'Recovery code',
          autocomplete: 'off',
          focus: true,
          invalid: !!of.problem,
        })
      : field({
          name: 'code',
          label: 'Code',
          autocomplete: 'one-time-code',
          numeric: true,
          focus: true,
          invalid: !!of.problem,
        })
  }
<button type="submit">Continue</button>`,
)}
<p class="more"><a href="${of.form.action}?use=${other}">${
      of.recovery ? 'Use the authenticator app' : 'No access to the app? Use a recovery code'
    }</a></p>`,
  );
}

export interface EnrolPage extends Told {
  readonly form: FormOf;
  readonly secret: string;
  readonly link: string;
  /** The organization demands it; otherwise the person wanted it. */
  readonly demanded: boolean;
}

export function enrolPage(of: EnrolPage): Page {
  return frame(
    of.form,
    of,
    'Set up a second factor',
    html`<h1>Set up a second factor</h1>
<p class="lead">${of.demanded ? 'Your organization asks for a second factor. ' : ''}You need an authenticator app, such as
 the one of your telephone or your password manager.</p>
${alert(of.problem)}
<h2>1. Add Baton to the app</h2>
<p>Scan this with the app:</p>
${qrCode(of.link, 'QR code for the authenticator app. The key below says the same.')}
<p>Is the app on this device? <a href="${of.link}">Open it</a>. Or type this key into it:</p>
<p class="code" id="secret">${of.secret.replace(/.{4}(?=.)/g, '$& ')}</p>
<h2>2. Enter the code that it shows</h2>
${formOf(
  of.form,
  'enrol',
  html`${field({
    name: 'code',
    label: 'Code',
    autocomplete: 'one-time-code',
    numeric: true,
    invalid: !!of.problem,
    focus: !!of.problem,
  })}
<button type="submit">Turn on</button>`,
)}`,
  );
}

export const recoveryCodesPage = (form: FormOf, codes: readonly string[]): Page =>
  frame(
    form,
    {},
    'Keep your recovery codes',
    html`<h1>Keep your recovery codes</h1>
<p class="lead">Each of them signs you in once when you have no access to your app. They are shown only now: print them or
 keep them in your password manager.</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
${formOf(
  form,
  'kept',
  // A second Enter would be the end of them, were the button where it falls.
  html`<label class="check"><input type="checkbox" name="kept" value="yes" required autofocus> I have kept them</label>
<button type="submit">Continue</button>`,
)}`,
  );

export interface NewPasswordPage extends Told {
  readonly form: FormOf;
  readonly minLength: number;
  readonly lead: string;
  readonly userName: string;
  /** Ask for the one in use. */
  readonly asksOld?: boolean;
}

export function newPasswordPage(of: NewPasswordPage): Page {
  return frame(
    of.form,
    of,
    'Choose a new password',
    html`<h1>Choose a new password</h1>
<p class="lead">${of.lead}</p>
${alert(of.problem)}
${formOf(
  of.form,
  'change',
  html`<input type="text" name="username" value="${of.userName}" autocomplete="username" hidden>
${
  of.asksOld
    ? field({
        name: 'old',
        label: 'Current password',
        type: 'password',
        autocomplete: 'current-password',
        focus: true,
      })
    : undefined
}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  focus: of.about === 'password' || (!of.asksOld && of.about === undefined),
  invalid: of.about === 'password',
  hint: `At least ${of.minLength} characters. Several words that do not belong together are strong and easy to remember.`,
})}
${repeatField(of.about)}
<button type="submit">Save the password</button>`,
)}`,
  );
}

export const repeatField = (about: string | undefined): Html =>
  field({
    name: 'repeat',
    label: 'Repeat the new password',
    type: 'password',
    autocomplete: 'new-password',
    focus: about === 'repeat',
    invalid: about === 'repeat',
  });

export interface ConsentPage {
  readonly form: FormOf;
  readonly clientName: string;
  readonly userName: string;
  readonly scopes: readonly string[];
}

export function consentPage(of: ConsentPage): Page {
  return frame(
    of.form,
    {},
    'Allow access?',
    html`<h1>Allow access?</h1>
<p class="lead"><strong>${of.clientName}</strong> wants to act in your name. You are signed in as
 <strong>${of.userName}</strong>.</p>
<ul class="scopes">${of.scopes.map((scope) => html`<li>${describe(scope)}</li>`)}</ul>
<p class="hint">It can never do more than you may do yourself.</p>
${formOf(of.form, 'allow', html`<button type="submit">Allow</button>`)}
${formOf(of.form, 'refuse', html`<button type="submit" class="plain">Refuse</button>`)}`,
  );
}

const WORDS: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  profile: 'Know your name and user name',
  email: 'Know your e-mail address',
  offline_access: 'Keep access while you are away',
  OrchestratorApiUserAccess: 'Everything you may do in Orchestrator',
  IdentityServerApi: 'Everything you may do with users and groups',
};

function describe(scope: string): Html {
  const words = WORDS[scope];
  if (words) return html`${words}`;
  const [, resource = scope, kind] = /^(?:OR|PM)\.(\w+?)(?:\.(Read|Write))?$/.exec(scope) ?? [];
  const name = resource.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const verb = kind === 'Read' ? 'See' : kind === 'Write' ? 'Change' : 'See and change';
  return html`${verb}: ${name} <span class="hint">(${scope})</span>`;
}
