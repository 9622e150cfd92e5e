/** What a job's log must not show: its token, and the secrets that it read. */
export type Masks = {
  add(value: string): void;
  /** The text with `***` in the place of each secret. */
  hide(text: string): string;
};

/**
 * Shorter secrets are not masked: they occur in ordinary words, and the stars would tell where.
 */
const SHORTEST = 4;
/** Lines of a secret of several lines, and its base64, are masked alone from this length on. */
const SHORTEST_PART = 8;
/** A job that asks for more is not worth the time that each of its lines would take. */
const MOST = 1000;

/** What means something in a pattern. */
const SPECIAL = /[$()*+.?[\\\]^{|}]/g;

export function openMasks(): Masks {
  const forms = new Set<string>();
  let count = 0;
  /** Made when it is needed: a job may name many secrets before its next line. */
  let pattern: RegExp | null = null;
  return {
    add(value) {
      if (value.length < SHORTEST || count >= MOST) return;
      const before = forms.size;
      for (const form of formsOf(value)) forms.add(form);
      if (forms.size === before) return;
      count++;
      pattern = null;
    },
    hide(text) {
      if (count === 0) return text;
      pattern ??= patternOf(forms);
      return text.replace(pattern, '***');
    },
  };
}

/** The longest first, so that no part of a secret is left. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map((form) => form.replace(SPECIAL, '\\$&')).join('|'), 'g');
}

/**
 * A JSON text with `***` in the place of each secret in its strings and names. All else stays as it is
 * written, with all digits. What is no JSON comes out in some form: nobody takes it for output.
 */
export function hideInJson(json: string, { hide }: Pick<Masks, 'hide'>): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = json.indexOf('"', from);
    const end = start < 0 ? -1 : endOfString(json, start + 1);
    if (end < 0) return parts.join('') + json.slice(from);
    const written = json.slice(start, end);
    parts.push(json.slice(from, start), hiddenString(written, hide));
    from = end;
  }
}

function hiddenString(written: string, hide: Masks['hide']): string {
  let text: string;
  try {
    // Writers escape differently, so the secret is looked for in what is meant.
    text = JSON.parse(written) as string;
  } catch {
    return written;
  }
  const hidden = hide(text);
  return hidden === text ? written : JSON.stringify(hidden);
}

/** Behind the closing quote; -1 where there is none. */
function endOfString(json: string, from: number): number {
  for (let quote = json.indexOf('"', from); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let first = quote;
    while (json[first - 1] === '\\') first--;
    if ((quote - first) % 2 === 0) return quote + 1;
  }
  return -1;
}

/** A secret as it is, and as programs usually write it: in JSON, in an address, in base64, line by line. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line !== value && line.length >= SHORTEST_PART);
  const whole = [value, ...lines].flatMap((text) => {
    const json = JSON.stringify(text).slice(1, -1);
    const address = encodeURIComponent(text.toWellFormed());
    return [text, json, JSON.stringify(json).slice(1, -1), address, address.replaceAll('%20', '+')];
  });
  return [...whole, ...base64FormsOf(value)];
}

/**
 * The part of a base64 text that depends on the secret alone, at each of the three places where it can begin,
 * as behind the user's name in an `Authorization: Basic`.
 */
function base64FormsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const parts = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and the last character may hold bits of what stands beside it.
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return parts.flatMap((part) =>
    part.length < SHORTEST_PART ? [] : [part, part.replaceAll('+', '-').replaceAll('/', '_')],
  );
}
