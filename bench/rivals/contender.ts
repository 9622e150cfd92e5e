import type { Effort, Rate } from '../measure.ts';

/** Somebody who keeps work for others: each call is one round trip as its users would make it. */
export interface Contender {
  readonly name: string;
  add?(caller: number): Promise<unknown>;
  /** Takes the next piece of work; undefined where there is none. */
  start?(caller: number): Promise<unknown>;
  /** Ends what `start` answered. */
  result?(caller: number, started: unknown): Promise<unknown>;
  /** Takes and ends, for those whose workers do both by themselves. */
  work?(effort: Effort): Promise<Rate>;
  /** Adds many in one call. */
  bulk?(count: number): Promise<unknown>;
  /** For those who need something to take: puts so many there, the fastest way. */
  stock?(count: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** What a robot would send along: the content of one invoice. */
export const CONTENT = {
  Customer: 'Acme Corporation',
  Amount: 1234.56,
  Currency: 'EUR',
  Due: '2026-12-24',
  Path: '/mnt/share/invoices/2026/11/inv-000123.pdf',
  IsUrgent: false,
} as const;
export const OUTPUT = { DocumentId: 'D-5531', Total: 1234.56 } as const;
