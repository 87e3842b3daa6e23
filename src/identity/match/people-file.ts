import { type DateOrder, orderShownBy } from './birth-date.js';
import { CsvError, type CsvReader, readCsv } from './csv.js';
import type { Identified } from './match.js';
import { type PersonColumn, personColumns, type RawPerson, readPerson, sharing } from './person.js';

/** What the columns as a whole say, before any row is read for good. */
export interface ColumnFacts {
  readonly rows: number;
  readonly columns: readonly PersonColumn[];
  readonly ignored: readonly string[];
  /** Which of 04/05/1980 is the month: as the column's other dates show; the day first where none does. */
  readonly dateOrder: DateOrder;
}

interface Header {
  readonly id: number;
  readonly places: ReadonlyMap<PersonColumn, number>;
  readonly ignored: readonly string[];
}

/** First reading: checks every row and learns how its dates are written. */
export class PeopleCheck {
  private header: Header | null = null;
  private readonly lineOf = new Map<string, number>();
  private readonly shown = { 'day-first': 0, 'month-first': 0 };
  readonly reader: CsvReader = readCsv((cells, line) => this.take(cells, line));

  private take(cells: string[], line: number): void {
    if (this.header === null) {
      this.header = readHeader(cells);
      return;
    }
    if (isBlank(cells)) return;
    const id = cells[this.header.id]!.trim();
    if (id === '') throw new CsvError(`Line ${line} has no id.`);
    const before = this.lineOf.get(id);
    if (before !== undefined) throw new CsvError(`Line ${line} has the id ${id}, which line ${before} has already.`);
    this.lineOf.set(id, line);
    const dob = this.header.places.get('dob');
    const order = dob === undefined ? null : orderShownBy(textOf(cells[dob]!));
    if (order !== null) this.shown[order]++;
  }

  facts(): ColumnFacts {
    if (this.header === null) throw new CsvError('The file is empty: it needs a header with the column id.');
    return {
      rows: this.lineOf.size,
      columns: [...this.header.places.keys()],
      ignored: this.header.ignored,
      dateOrder: this.shown['month-first'] > this.shown['day-first'] ? 'month-first' : 'day-first',
    };
  }
}

/** Second reading: makes the people. Only what they are compared by is kept. */
export class PeopleReading {
  readonly people: Identified[] = [];
  private header: Header | null = null;
  private readonly shared;
  readonly reader: CsvReader = readCsv((cells) => this.take(cells));

  constructor(facts: ColumnFacts) {
    this.shared = sharing(facts.dateOrder);
  }

  private take(cells: string[]): void {
    if (this.header === null) {
      this.header = readHeader(cells);
      return;
    }
    if (isBlank(cells)) return;
    const raw: Partial<Record<PersonColumn, string>> = {};
    for (const [column, place] of this.header.places) raw[column] = textOf(cells[place]!);
    this.people.push({ id: cells[this.header.id]!.trim(), person: readPerson(raw as RawPerson, this.shared) });
  }
}

/** A row of empty cells, as spreadsheets leave them behind the last one. */
function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** A whole number that a program wrote as a fraction, because cells of its column are empty: 19800412.0, 2914.0. */
function textOf(cell: string): string {
  return /^\s*\d+\.0\s*$/.test(cell) ? cell.trim().slice(0, -2) : cell;
}

function readHeader(cells: readonly string[]): Header {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw new CsvError(`The header has the column ${twice} twice.`);
  const id = names.indexOf('id');
  if (id < 0) throw new CsvError(`The header has no column id; it has ${names.join(', ')}.`);
  const known: readonly string[] = personColumns;
  const places = new Map<PersonColumn, number>();
  names.forEach((name, index) => {
    if (known.includes(name)) places.set(name as PersonColumn, index);
  });
  if ([...places.keys()].every((column) => column === 'source')) {
    throw new CsvError(
      `The header has nothing to compare people by: give some of ${personColumns.slice(1).join(', ')}.`,
    );
  }
  return {
    id,
    places,
    ignored: cells.filter((_, index) => index !== id && !known.includes(names[index]!)).map((cell) => cell.trim()),
  };
}
