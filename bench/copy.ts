import type pg from 'pg';

/** What the driver gives a query of our own making; its types do not tell. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** A query of our own kind, handed to the driver like any other. */
abstract class Copy<T> {
  protected abstract readonly result: T;
  #failed: Error | null = null;
  #settle!: { resolve: (result: T) => void; reject: (error: Error) => void };
  readonly done = new Promise<T>((resolve, reject) => {
    this.#settle = { resolve, reject };
  });

  constructor(private readonly text: string) {}

  submit(wire: Wire): null {
    wire.query(this.text);
    return null;
  }

  handleError(error: Error): void {
    this.#failed = error;
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.#settle.resolve(this.result);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
}

class CopyIn extends Copy<void> {
  protected readonly result = undefined;

  constructor(
    text: string,
    private readonly chunks: readonly Buffer[],
  ) {
    super(text);
  }

  handleCopyInResponse(wire: Wire): void {
    for (const chunk of this.chunks) wire.sendCopyFromChunk(chunk);
    wire.endCopyFrom();
  }
}

class CopyOut extends Copy<Buffer[]> {
  protected readonly result: Buffer[] = [];

  handleCopyData(message: { chunk: Buffer }): void {
    this.result.push(Buffer.from(message.chunk));
  }
}

/** `copy … from stdin`: one statement, durable when it answers. */
export function copyIn(db: pg.Client, text: string, chunks: readonly Buffer[]): Promise<void> {
  const copy = new CopyIn(text, chunks);
  db.query(copy as unknown as pg.Submittable);
  return copy.done;
}

/** `copy … to stdout`: one buffer for each row. */
export function copyOut(db: pg.Client, text: string): Promise<Buffer[]> {
  const copy = new CopyOut(text);
  db.query(copy as unknown as pg.Submittable);
  return copy.done;
}
