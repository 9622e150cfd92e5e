import { html } from './pages/html.ts';
import type { Page } from './pages/layout.ts';

/** What stands at the server's address itself: where to go from here. */
export const frontPage: Page = {
  title: 'Welcome',
  body: html`<h1>This server is running</h1>
<p class="lead">Baton is an orchestrator for software robots. Robots, scripts and the command line work with it
through its API.</p>
<p><a class="button" href="/identity/account">Sign in to your account</a></p>
<p>On the command line, <code>npx baton login --url</code> with this address signs you in, and
<code>npx baton --help</code> tells what you can do then.</p>
<p><a href="/swagger">All operations, to read and to try</a> · <a href="/health/ready">Whether all is well</a></p>`,
};
