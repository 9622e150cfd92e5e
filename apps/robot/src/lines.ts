import { StringDecoder } from 'node:string_decoder';

/** The longest line that is kept, in characters; the rest is cut off. */
const MAX_LINE = 64 * 1024;

export type LineCutter = {
  push(chunk: Buffer): string[];
  /** The last line, if no line end follows it. */
  end(): string[];
};

/** Splits a stream into lines. It holds at most `limit` characters of one line. */
export function cutLines(limit = MAX_LINE): LineCutter {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let dropped = 0;

  const hold = (text: string) => {
    const room = limit - held.length;
    held += text.slice(0, room);
    dropped += Math.max(0, text.length - room);
  };
  const take = () => {
    const line = held.endsWith('\r') ? held.slice(0, -1) : held;
    const mark = dropped > 0 ? ` ... [${dropped} characters cut]` : '';
    held = '';
    dropped = 0;
    return line + mark;
  };
  const pushText = (text: string) => {
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      hold(text.slice(from, end));
      lines.push(take());
      from = end + 1;
    }
    hold(text.slice(from));
    return lines;
  };

  return {
    push: (chunk) => pushText(decoder.write(chunk)),
    end() {
      const lines = pushText(decoder.end());
      return held === '' ? lines : [...lines, take()];
    },
  };
}
