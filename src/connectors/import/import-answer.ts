import { limits } from '../../platform/limits.js';
import { type Counts, type Fault, nothingYet, type Progress } from './import-run.js';

/** What a sender is told of one thing that was not stored. */
export interface ToldRefusal extends Fault {
  readonly line: number;
}

/** What has become of an import. */
export interface ImportResult extends Counts {
  /** To ask for by `import(id:)`; null when it is not listed. */
  readonly import: string | null;
  readonly isDryRun: boolean;
  /** Bytes of the unpacked text that were read, and lines. */
  readonly bytes: number;
  readonly lines: number;
  readonly refusals: readonly ToldRefusal[];
  /** False when more were refused than are listed. */
  readonly areRefusalsComplete: boolean;
}

/** Gathers the answer to an import: counts of all, and the first refusals. */
export class Answer {
  readonly #refusals: ToldRefusal[] = [];
  #isComplete = true;
  #counts: Counts = nothingYet;
  #bytes = 0;
  #lines = 0;

  constructor(
    private readonly isDryRun: boolean,
    private readonly id: string | null,
  ) {}

  /** @returns the lines that a sender is told who reads along */
  add({ counts, position, refused }: Progress): object[] {
    this.#counts = counts;
    this.#bytes = position.bytes;
    this.#lines = position.lines;
    const told = refused.flatMap(({ line, faults }) => faults.map((fault): ToldRefusal => ({ line, ...fault })));
    const room = limits.refusalsPerImportAnswerMax - this.#refusals.length;
    this.#refusals.push(...told.slice(0, room));
    if (told.length > room) this.#isComplete = false;
    return [...told.map((refusal) => ({ refusal })), { progress: { ...counts, ...position } }];
  }

  result(): ImportResult {
    return {
      import: this.id,
      isDryRun: this.isDryRun,
      ...this.#counts,
      bytes: this.#bytes,
      lines: this.#lines,
      refusals: this.#refusals,
      areRefusalsComplete: this.#isComplete,
    };
  }
}
