import type { Refusal } from '../../platform/refusal.js';

/** Where a file is read to: bytes of its text (unpacked, as UTF-8), and lines that end there. */
export interface Position {
  readonly bytes: number;
  readonly lines: number;
}

export const beginning: Position = { bytes: 0, lines: 0 };

/** One row of a file: what it says, or why it cannot be understood. `line` is where it begins, from 1. */
export type Row = { readonly line: number; readonly end: Position } & (
  | { readonly record: unknown }
  | { readonly refusal: Refusal }
);
