import type { ColumnType } from '../export-kind.js';
import type { RowStretch } from '../export-reader.service.js';
import type { FileBytes } from './file-bytes.js';
import { type JsonRow, rowsOfLines } from './json-rows.js';
import type { NamedColumn } from './parquet-columns.js';

const elements: Readonly<Record<ColumnType, string>> = {
  id: 'id',
  text: 'string',
  word: 'string',
  time: 'date',
  int: 'int',
  float: 'float',
  boolean: 'boolean',
  json: 'string',
};

const extensions = {
  concept: 'Concept',
  time: 'Time',
  org: 'Organizational',
  lifecycle: 'Lifecycle',
} as const;

/** An event log by IEEE 1849-2016: rows of one case follow each other, and are a trace. */
export class XesBytes implements FileBytes {
  readonly end = null;
  #rows = 0;

  constructor(
    private readonly name: string,
    private readonly columns: readonly NamedColumn[],
    private readonly stretches: AsyncIterable<RowStretch>,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const ofCase = this.columns.filter(({ name }) => name.startsWith('case:'));
    const ofEvent = this.columns.filter(({ name }) => !name.startsWith('case:'));
    yield Buffer.from(headOf(this.name));
    let open: unknown = null;
    for await (const stretch of this.stretches) {
      for await (const { rows } of rowsOfLines(stretch)) {
        let text = '';
        for (const row of rows) {
          if (row['case:concept:name'] !== open) {
            text += `${open === null ? '' : '</trace>\n'}<trace>\n${attributesOf(ofCase, row, '  ', 5)}`;
            open = row['case:concept:name'];
          }
          text += `  <event>\n${attributesOf(ofEvent, row, '    ', 0)}  </event>\n`;
        }
        yield Buffer.from(text);
      }
      this.#rows += await stretch.rowCount();
    }
    yield Buffer.from(`${open === null ? '' : '</trace>\n'}</log>\n`);
  }
}

function headOf(name: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
${Object.entries(extensions)
  .map(
    ([prefix, of]) => `<extension name="${of}" prefix="${prefix}" uri="http://www.xes-standard.org/${prefix}.xesext"/>`,
  )
  .join('\n')}
<global scope="trace">
  <string key="concept:name" value=""/>
</global>
<global scope="event">
  <string key="concept:name" value=""/>
  <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
  <string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Resource" keys="org:resource"/>
<string key="concept:name" value="${escaped(name)}"/>
`;
}

/** A value that is null is left out. */
function attributesOf(columns: readonly NamedColumn[], row: JsonRow, indent: string, prefixLength: number): string {
  let text = '';
  for (const { name, type } of columns) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    const written = typeof value === 'object' ? JSON.stringify(value) : String(value);
    // A name is a text for every reader, also where it is one of our ids.
    const element = name.endsWith('concept:name') ? 'string' : elements[type];
    text += `${indent}<${element} key="${escaped(name.slice(prefixLength))}" value="${escaped(written)}"/>\n`;
  }
  return text;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text within quotes; what no document of XML may hold is replaced. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"\t\n\r]/g, (character) => entities[character] as string)
    .replace(/[^\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
