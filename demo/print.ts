/** A plain line on standard output. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

const widthMax = 118;
const smallCharactersMax = 80;

/** JSON in few lines: what is small stands beside its neighbours, what is large on lines of its own. */
export function jsonText(value: unknown, indent = ''): string {
  const flat = flatText(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= widthMax) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((one) => `${inner}${jsonText(one, inner)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const lines: string[] = [];
  for (const [key, one] of Object.entries(value)) {
    const name = `${JSON.stringify(key)}: `;
    const isSmall = flatText(one).length <= smallCharactersMax;
    const part = `${name}${isSmall ? flatText(one) : jsonText(one, inner)}`;
    const beside = `${lines.at(-1)}, ${part}`;
    if (isSmall && lines.length > 0 && beside.length <= widthMax && !lines.at(-1)?.includes('\n'))
      lines.splice(-1, 1, beside);
    else lines.push(`${inner}${part}`);
  }
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function flatText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`;
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${flatText(one)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** A length of time in the unit that suits it: `4.2 ms`, `3.1 s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
