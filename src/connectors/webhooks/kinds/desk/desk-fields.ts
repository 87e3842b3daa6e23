import { isObject, textOf } from '../../../json-value.js';

/** The values of a body whose form an administrator made up, found by what their places are called. */
export class DeskFields {
  readonly #values = new Map<string, unknown>();

  constructor(body: unknown) {
    this.#read(body, '', 0);
  }

  /** The first of these that has a value, as text. Names are without case and punctuation: `ticketrequesteremail`. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = textOf(this.#values.get(name));
      // A placeholder that the desk does not know stays as it was written.
      if (value !== undefined && !/^\{\{.*\}\}$/.test(value.trim())) return value;
    }
    return undefined;
  }

  /** As `text`, for yes and no in the words that people write. */
  flag(...names: readonly string[]): boolean | undefined {
    for (const name of names) {
      const value = this.#values.get(name);
      if (typeof value === 'boolean') return value;
      const word = textOf(value)?.trim().toLowerCase() ?? '';
      if (/^(true|yes|1|public)$/.test(word)) return true;
      if (/^(false|no|0|private|internal)$/.test(word)) return false;
    }
    return undefined;
  }

  #read(value: unknown, path: string, depth: number): void {
    if (!isObject(value)) {
      if (!this.#values.has(path)) this.#values.set(path, value);
      return;
    }
    if (depth > 5) return;
    for (const [key, inner] of Object.entries(value)) {
      const name = path + key.toLowerCase().replace(/[^a-z0-9]/g, '');
      // What desks wrap their own form into.
      this.#read(
        inner,
        name.replace(/^(freshdeskwebhook|data)(?=.)/, '').replace(/^(freshdeskwebhook|data)$/, ''),
        depth + 1,
      );
    }
  }
}
