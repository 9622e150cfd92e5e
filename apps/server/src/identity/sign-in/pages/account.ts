import { ROUTES } from '../../routes.ts';
import { type Html, html } from './html.ts';
import { alert, field, hidden, notice, type Page } from './layout.ts';
import { type FormOf, repeatField } from './sign-in.ts';

export interface AccountPage {
  readonly form: FormOf;
  readonly displayName: string;
  readonly userName: string;
  readonly email: string | null;
  /** They come from an outside provider, which knows their password. */
  readonly isOutside: boolean;
  readonly hasFactor: boolean;
  readonly minLength: number;
  readonly problem?: string;
  /** The field that the problem is about. */
  readonly about?: string;
  readonly done?: string;
}

/** Each form asks for it; `id` tells them apart. */
const present = (id: string, about: string | undefined): Html =>
  field({
    id,
    name: 'old',
    label: 'Current password',
    type: 'password',
    autocomplete: 'current-password',
    focus: about === id,
    invalid: about === id,
  });

export function accountPage(of: AccountPage): Page {
  const { form } = of;
  const post = (step: string, fields: Html): Html =>
    html`<form method="post" action="${form.action}">${hidden('csrf', form.token)}${hidden('step', step)}
${fields}
</form>`;
  return {
    title: of.problem ? 'Error: Your account' : 'Your account',
    status: of.problem ? 400 : 200,
    body: html`<h1>${of.displayName}</h1>
<p class="lead">${of.userName}${of.email && of.email !== of.userName ? html`, ${of.email}` : undefined}</p>
${alert(of.problem)}${notice(of.done)}
${
  of.isOutside
    ? html`<p>You sign in through your company, which looks after your password and your second factor.</p>`
    : html`<h2>Password</h2>
${post(
  'change',
  html`${present('old', of.about)}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  focus: of.about === 'password',
  invalid: of.about === 'password',
  hint: `At least ${of.minLength} characters. You will be signed out everywhere.`,
})}
${repeatField(of.about)}
<button type="submit">Change the password</button>`,
)}
<h2>Second factor</h2>
${
  of.hasFactor
    ? html`<p>On: you are asked for a code of your authenticator app.</p>
${post(
  'codes',
  // The button that was pressed says its own step, after the form's.
  html`${present('factor-old', of.about)}<button type="submit" class="plain">Make new recovery codes</button>
<button type="submit" class="plain" name="step" value="disable">Turn off the second factor</button>`,
)}`
    : html`<p>Off: your password alone opens your account.</p>
${post('begin', html`${present('begin-old', of.about)}<button type="submit" class="plain">Set up an authenticator app</button>`)}`
}`
}
<h2>Sessions</h2>
<p><a class="button plain" href="/identity${ROUTES.end_session}">Sign out</a></p>
${post('end', html`<button type="submit" class="plain">Sign out everywhere</button>`)}`,
  };
}
