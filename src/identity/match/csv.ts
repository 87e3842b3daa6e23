/** The text is no CSV: said with the line where it was noticed. */
export class CsvError extends Error {}

export interface CsvReader {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** A quote that is never closed would swallow the rest of the file. */
const cellCharactersMax = 100_000;

/**
 * Reads CSV (RFC 4180: quotes, doubled quotes, line breaks in quotes, any line ending, a byte order mark) piece by piece,
 * and calls `row` with the cells and the number of the line where the row begins. Rows with another number of cells than
 * the first, and bytes that are not UTF-8, are refused; empty lines are skipped.
 */
export function readCsv(row: (cells: string[], line: number) => void): CsvReader {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let cells: string[] = [];
  let cell = '';
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let line = 1;
  let rowLine = 1;
  let width = 0;
  let wasReturn = false;

  const endCell = () => {
    cells.push(cell);
    cell = '';
    state = 'start';
  };
  const endRow = () => {
    const isEmpty = cells.length === 0 && state === 'start';
    if (!isEmpty) {
      endCell();
      if (width === 0) width = cells.length;
      if (cells.length !== width) {
        throw new CsvError(`Line ${rowLine} has ${cells.length} cells, but the header has ${width}.`);
      }
      row(cells, rowLine);
      cells = [];
    }
    state = 'start';
  };

  const take = (text: string) => {
    for (let i = 0; i < text.length; i++) {
      const letter = text[i]!;
      if (letter === '\n' && wasReturn && state !== 'quoted') {
        wasReturn = false;
        rowLine = line;
        continue;
      }
      const isBreak = letter === '\n' || letter === '\r';
      if (letter === '\n' ? !wasReturn : letter === '\r') line++;
      wasReturn = letter === '\r';
      if (state === 'quoted') {
        if (letter !== '"') cell += letter;
        else state = 'closed';
        if (cell.length > cellCharactersMax)
          throw new CsvError(`The quote in the row at line ${rowLine} is never closed.`);
      } else if (isBreak) {
        endRow();
        rowLine = line;
      } else if (letter === ',') {
        endCell();
      } else if (letter === '"' && state === 'closed') {
        cell += '"';
        state = 'quoted';
      } else if (letter === '"' && state === 'start') {
        state = 'quoted';
      } else if (state === 'closed') {
        throw new CsvError(`Line ${line} has text behind a closing quote.`);
      } else {
        // A run of plain letters is taken in one piece.
        let end = i + 1;
        while (end < text.length && !',\r\n'.includes(text[end]!)) end++;
        cell += text.slice(i, end);
        i = end - 1;
        state = 'plain';
      }
    }
  };

  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new CsvError(`The file is not UTF-8 (at or after line ${line}).`, { cause });
    }
  };

  return {
    write: (bytes) => take(decode(bytes)),
    end: () => {
      take(decode());
      if (state === 'quoted') throw new CsvError(`The quote in the row at line ${rowLine} is never closed.`);
      endRow();
    },
  };
}

/** One cell as it is written: quoted where it must be. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
