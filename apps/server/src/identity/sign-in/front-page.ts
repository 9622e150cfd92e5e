import { html } from './pages/html.ts';
import type { Page } from './pages/layout.ts';

const code = (text: string) => html`<code>${text}</code>`;
const help = code('npx baton --help');

/** What stands at the server's address itself: where to go from here. */
export const frontPage = (origin: string): Page => ({
  title: { en: 'Welcome', ja: 'ようこそ' },
  body: html`<h1>${{ en: 'This server is running', ja: 'サーバーは稼働しています' }}</h1>
<p class="lead">${{
    en: 'Baton is an orchestrator for software robots. Robots, scripts and the command line work with it through its API.',
    ja: 'Baton は、ソフトウェア ロボットのオーケストレーターです。ロボット、スクリプト、コマンド ラインは API を通じて利用します。',
  }}</p>
<p><a class="button" href="/identity/account">${{
    en: 'Sign in to your account',
    ja: 'アカウントにサインイン',
  }}</a></p>
<p>${{
    en: html`On the command line, this signs you in; ${help} tells what you can do then:`,
    ja: html`コマンド ラインでは、次のコマンドでサインインできます。使い方は ${help} で確認できます。`,
  }}</p>
<code class="code">npx baton login --url ${origin}</code>
<p><a href="/swagger">${{
    en: 'The API, to read and to try',
    ja: 'API のすべての操作 (参照と試用)',
  }}</a><br>
<a href="/health/ready">${{ en: 'State of the server', ja: '稼働状況' }}</a></p>`,
});
