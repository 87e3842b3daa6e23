import type { RowStretch } from '../export-reader.service.js';
import type { FileBytes } from './file-bytes.js';
import { type JsonRow, rowsOfLines } from './json-rows.js';

/** An object or event type, and what its things have. */
interface OcelType {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: 'string' | 'time' }[];
}

/**
 * An object-centric event log, OCEL 2.0 in JSON. The first rows are its events, all others its objects; the types come
 * last, since they are known then.
 */
export class OcelBytes implements FileBytes {
  readonly end = null;
  #events = 0;
  readonly #types = { events: new Map<string, Set<string>>(), objects: new Map<string, Set<string>>() };

  /** @param stretches of events first, then of objects; each says of which query it is, by its number */
  constructor(private readonly stretches: AsyncIterable<RowStretch>) {}

  /** Events. */
  get rows(): number {
    return this.#events;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let text = '{"events":[\n';
    let separator = '';
    let isOfEvents = true;
    for await (const stretch of this.stretches) {
      if (isOfEvents && stretch.query > 0) {
        text += '\n],"objects":[\n';
        [isOfEvents, separator] = [false, ''];
      }
      for await (const { rows } of rowsOfLines(stretch)) {
        for (const row of rows) {
          text += separator + JSON.stringify(this.thing(row, isOfEvents));
          separator = ',\n';
        }
        yield Buffer.from(text);
        text = '';
      }
      const count = await stretch.rowCount();
      if (isOfEvents) this.#events += count;
    }
    const { events, objects } = this.#types;
    yield Buffer.from(
      `${text}\n],"eventTypes":${JSON.stringify(typesOf(events))},"objectTypes":${JSON.stringify(typesOf(objects))}}\n`,
    );
  }

  private thing(row: JsonRow, isEvent: boolean): object {
    const { id, type, time, attributes, relationships } = row as {
      id: string;
      type: string;
      time: string;
      attributes: Record<string, unknown>;
      relationships: { objectId: string; qualifier: string }[];
    };
    const known = isEvent ? this.#types.events : this.#types.objects;
    const names = known.get(type) ?? new Set<string>();
    known.set(type, names);
    const given = Object.entries(attributes).filter(([, value]) => value !== null);
    for (const [name] of given) names.add(name);
    return {
      id,
      type,
      ...(isEvent ? { time } : {}),
      // The published schema takes texts only, whatever their type is.
      attributes: given.map(([name, value]) => ({ name, value: String(value), ...(isEvent ? {} : { time }) })),
      relationships,
    };
  }
}

function typesOf(known: ReadonlyMap<string, ReadonlySet<string>>): OcelType[] {
  return [...known].map(([name, attributes]) => ({
    name,
    attributes: [...attributes].map((attribute) => ({
      name: attribute,
      type: attribute.endsWith('At') ? ('time' as const) : ('string' as const),
    })),
  }));
}
