/** A statement written with `:name` parameters, numbered once when its file is loaded. */
export interface NamedSql<Name extends string> {
  readonly text: string;
  /** The values in the order of their numbers; a name without a value is a mistake of ours. */
  values(given: Record<Name, unknown>): unknown[];
}

/** `:workspace` becomes `$1` wherever it stands; `::int` is a cast and stays. */
export function named<Name extends string>(...parts: string[]): NamedSql<Name> {
  const order: Name[] = [];
  const text = parts.join('\n').replace(/(?<!:):([a-zA-Z]\w*)/g, (_, name: Name) => {
    if (!order.includes(name)) order.push(name);
    return `$${order.indexOf(name) + 1}`;
  });
  return {
    text,
    values: (given) =>
      order.map((name) => {
        const value = given[name];
        if (value === undefined) throw new Error(`The statement needs a value for :${name}.`);
        return value;
      }),
  };
}

/** An array as Postgres reads it from text; far cheaper than the driver's general conversion for large batches. */
export function numberArray(values: readonly (number | string | bigint | boolean | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

export function textArray(values: readonly (string | null)[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (i > 0) text += ',';
    if (value == null) text += 'NULL';
    else if (value.includes('"') || value.includes('\\')) text += `"${value.replace(/["\\]/g, '\\$&')}"`;
    else text += `"${value}"`;
  }
  return `${text}}`;
}
