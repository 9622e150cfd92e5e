import type { Effort, Rate } from '../measure.ts';

/** A queue to compare. Each call is one round trip, as its users would make it. */
export interface Contender {
  readonly name: string;
  add?(caller: number): Promise<unknown>;
  /** Takes the next piece of work; undefined if there is none. */
  start?(caller: number): Promise<unknown>;
  /** Ends the piece of work that `start` answered. */
  result?(caller: number, started: unknown): Promise<unknown>;
  /** Takes and ends work, for contenders whose workers do both by themselves. */
  work?(effort: Effort): Promise<Rate>;
  /** Adds many items in one call. */
  bulk?(count: number): Promise<unknown>;
  /** Adds this many items in the fastest way, as a stock to take from. */
  stock?(count: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** The content of an item as a robot would send it: one invoice. */
export const CONTENT = {
  Customer: 'Acme Corporation',
  Amount: 1234.56,
  Currency: 'EUR',
  Due: '2026-12-24',
  Path: '/mnt/share/invoices/2026/11/inv-000123.pdf',
  IsUrgent: false,
} as const;
export const OUTPUT = { DocumentId: 'D-5531', Total: 1234.56 } as const;
