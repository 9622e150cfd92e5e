import assert from 'node:assert/strict';

/** The page that a browser shows, or the address outside of `origin` that it was sent to. */
export interface Shown {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** From the redirects on the way. */
  readonly statuses: readonly number[];
}

/** A browser without scripts: cookies, redirects and forms. */
export interface PlainBrowser {
  /** Follows redirects as long as they stay at the given origins. */
  open(url: string | URL, init?: RequestInit): Promise<Shown>;
  /** Fills in and sends the form with this step on the page last shown, or its first form. */
  submit(fields: Readonly<Record<string, string>>, step?: string): Promise<Shown>;
  /** Follows the link with this text. */
  follow(text: string): Promise<Shown>;
  readonly cookies: Map<string, string>;
}

export function plainBrowser(...origins: readonly string[]): PlainBrowser {
  const cookies = new Map<string, { value: string; path: string; origin: string }>();
  let page: Shown | undefined;

  async function request(url: URL, init: RequestInit): Promise<Response> {
    const sent = [...cookies]
      .filter(
        ([, { path, origin }]) =>
          origin === url.origin && `${url.pathname}/`.startsWith(`${path.replace(/\/$/, '')}/`),
      )
      .map(([key, { value }]) => `${key.split(' ').at(-1)}=${value}`);
    const headers = {
      accept: 'text/html',
      ...(sent.length ? { cookie: sent.join('; ') } : {}),
      ...init.headers,
    };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', ...value] = pair.split('=');
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
      const key = `${url.origin} ${path} ${name}`;
      const isGone = attributes.some((each) => /^expires=Thu, 01 Jan 1970/i.test(each));
      if (isGone) cookies.delete(key);
      else cookies.set(key, { value: value.join('='), path, origin: url.origin });
    }
    return response;
  }

  async function open(to: string | URL, init: RequestInit = {}): Promise<Shown> {
    let url = new URL(to);
    let response = await request(url, init);
    const statuses: number[] = [];
    for (let hops = 0; response.status >= 300 && response.status < 400; hops++) {
      assert.ok(hops < 20, `redirects in a circle at ${url}`);
      url = new URL(response.headers.get('location')!, url);
      const { status } = response;
      statuses.push(status);
      await response.body?.cancel();
      if (!origins.includes(url.origin)) {
        page = { url, status, text: '', headers: response.headers, statuses };
        return page;
      }
      response = await request(url, {});
    }
    page = { url, status: response.status, text: await response.text(), headers: response.headers, statuses };
    return page;
  }

  return {
    open,
    cookies: new Proxy(new Map<string, string>(), {
      get: (_target, name) =>
        name === 'get'
          ? (wanted: string) => [...cookies].find(([key]) => key.endsWith(` ${wanted}`))?.[1].value
          : name === 'clear'
            ? () => cookies.clear()
            : undefined,
    }),
    follow(text) {
      const link = [...page!.text.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].find(
        ([, , inside]) => inside!.replace(/<[^>]*>/g, '') === text,
      );
      assert.ok(link, `no link ${text} at ${page!.url}: ${page!.text}`);
      return open(new URL(link[1]!.replaceAll('&amp;', '&'), page!.url));
    },
    async submit(fields, step) {
      const forms = [...page!.text.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)];
      const form = forms.find(
        ([, , inside]) => step === undefined || inside!.includes(`name="step" value="${step}"`),
      );
      assert.ok(form, `no form ${step ?? ''} at ${page!.url}: ${page!.text}`);
      const inputs = [...form[2]!.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag);
      const body = new URLSearchParams(
        inputs.map((tag): [string, string] => [attribute(tag, 'name')!, attribute(tag, 'value') ?? '']),
      );
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return open(new URL(form[1]!.replaceAll('&amp;', '&'), page!.url), { method: 'POST', body });
    },
  };
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
