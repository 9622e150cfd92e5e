import type { LogLevel } from '@baton/contract/logs-shared';

export interface LogLine {
  readonly at: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface LogWindow {
  /** The place of the first line; the log begins with 0. */
  readonly from: number;
  readonly lines: readonly LogLine[];
  /** How many lines there are now. */
  readonly total: number;
}

/**
 * Reads `count` lines from a place; a negative one counts from the end: (-200, 200) are the last 200.
 * @param least lines below this level are left out, and the places count without them
 */
export type FetchWindow = (
  from: number,
  count: number,
  least: LogLevel | undefined,
  signal: AbortSignal,
) => Promise<LogWindow>;

const WINDOW = 200;
/** Windows that are kept: 8,000 lines of a log of any length. */
const KEPT = 40;

/** What a window knows: its lines by place, with gaps. */
type Lines = (LogLine | undefined)[];

/**
 * The lines of a log that are near what is looked at. Windows are read when they come into sight, dropped
 * when others were looked at since, and no longer waited for when they have left the sight.
 */
export class LogStore {
  readonly #fetch: FetchWindow;
  readonly #windows = new Map<number, Lines>();
  readonly #asked = new Map<number, AbortController>();
  readonly #failed = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #total: number | undefined;
  #least: LogLevel | undefined;
  #version = 0;
  #opening: AbortController | undefined;
  #error: unknown;

  constructor(fetchWindow: FetchWindow) {
    this.#fetch = fetchWindow;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** Changes with everything that can be seen. */
  readonly version = (): number => this.#version;

  /** Undefined until the first answer. */
  get total(): number | undefined {
    return this.#total;
  }
  get least(): LogLevel | undefined {
    return this.#least;
  }
  /** Why the log could not be opened. */
  get error(): unknown {
    return this.#error;
  }
  /** For tests: how many lines are held. */
  get held(): number {
    return [...this.#windows.values()].reduce((sum, lines) => sum + lines.length, 0);
  }

  /** Reads the end, which is where people look first. */
  open(least?: LogLevel): void {
    this.close();
    this.#windows.clear();
    this.#failed.clear();
    this.#least = least;
    this.#total = undefined;
    this.#error = undefined;
    const control = new AbortController();
    this.#opening = control;
    void this.#readEnd(control.signal);
    this.#tell();
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#opening?.abort();
    for (const control of this.#asked.values()) control.abort();
    this.#asked.clear();
  }

  line(place: number): LogLine | undefined {
    return this.#windows.get(Math.floor(place / WINDOW))?.[place % WINDOW];
  }

  /** The window of this line could not be read. */
  hasFailed(place: number): boolean {
    return this.#failed.has(Math.floor(place / WINDOW));
  }

  /** Lines `from` to `to` (exclusive) are in sight. */
  want(from: number, to: number): void {
    const total = this.#total ?? 0;
    const first = Math.floor(Math.max(0, from) / WINDOW);
    const last = Math.floor(Math.max(0, Math.min(to, total) - 1) / WINDOW);
    for (const [index, control] of this.#asked)
      if (index < first - 1 || index > last + 1) {
        control.abort();
        this.#asked.delete(index);
      }
    for (let index = first; index <= last && total > 0; index += 1) {
      const lines = this.#windows.get(index);
      if (lines) {
        // Looked at last, dropped last.
        this.#windows.delete(index);
        this.#windows.set(index, lines);
      }
      if (!this.#isWhole(index) && !this.#asked.has(index) && !this.#failed.has(index)) this.#ask(index);
    }
  }

  /** What could not be read is asked for again. */
  retry(): void {
    if (this.#total === undefined) return this.open(this.#least);
    this.#failed.clear();
    this.#tell();
  }

  /** New lines at the end, as the live stream brings them. */
  append(lines: readonly LogLine[]): void {
    if (this.#total === undefined || lines.length === 0) return;
    this.#take({ from: this.#total, lines, total: this.#total + lines.length });
  }

  /** Lines to copy, read without being kept. `step` lines are asked for at a time. */
  async *read(
    from: number,
    to: number,
    signal: AbortSignal,
    step = 5000,
  ): AsyncGenerator<readonly LogLine[]> {
    for (let place = from; place < to; place += step) {
      const { lines } = await this.#fetch(place, Math.min(step, to - place), this.#least, signal);
      yield lines;
    }
  }

  #isWhole(index: number): boolean {
    const lines = this.#windows.get(index);
    if (!lines) return false;
    const size = Math.min(WINDOW, (this.#total ?? 0) - index * WINDOW);
    for (let at = 0; at < size; at += 1) if (lines[at] === undefined) return false;
    return true;
  }

  #ask(index: number): void {
    const control = new AbortController();
    this.#asked.set(index, control);
    void this.#readWindow(index, control.signal);
  }

  async #readEnd(signal: AbortSignal): Promise<void> {
    try {
      const window = await this.#fetch(-WINDOW, WINDOW, this.#least, signal);
      if (!signal.aborted) this.#take(window);
    } catch (error) {
      if (signal.aborted) return;
      this.#error = error;
      this.#tell();
    }
  }

  async #readWindow(index: number, signal: AbortSignal): Promise<void> {
    let window: LogWindow | undefined;
    try {
      window = await this.#fetch(index * WINDOW, WINDOW, this.#least, signal);
    } catch {
      // Whether it was given up or failed is seen below.
    }
    if (signal.aborted) return;
    this.#asked.delete(index);
    if (window) return this.#take(window);
    this.#failed.add(index);
    this.#tell();
  }

  #take({ from, lines, total }: LogWindow): void {
    this.#total = Math.max(this.#total ?? 0, total, from + lines.length);
    for (const [offset, line] of lines.entries()) {
      const index = Math.floor((from + offset) / WINDOW);
      const window = this.#windows.get(index) ?? [];
      if (!this.#windows.has(index)) this.#windows.set(index, window);
      window[(from + offset) % WINDOW] = line;
    }
    for (const index of this.#windows.keys()) {
      if (this.#windows.size <= KEPT) break;
      this.#windows.delete(index);
    }
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
