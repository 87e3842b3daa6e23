/** The header lines of a message or of a part of a report, unfolded and in order. */
export class EmailHeaders {
  readonly #lines: readonly { readonly key: string; readonly value: string }[];

  constructor(lines: readonly { readonly key: string; readonly line: string }[]) {
    this.#lines = lines.map(({ key, line }) => ({
      key,
      value: line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n\s*/g, ' ')
        .trim(),
    }));
  }

  /** Reads the headers of a text, up to its first empty line. */
  static of(text: string): EmailHeaders {
    const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
    const lines = head.split(/\r?\n(?![ \t])/).filter((line) => line.includes(':'));
    return new EmailHeaders(
      lines.map((line) => ({ key: line.slice(0, line.indexOf(':')).trim().toLowerCase(), line })),
    );
  }

  all(key: string): readonly string[] {
    return this.#lines.filter((line) => line.key === key).map((line) => line.value);
  }

  first(key: string): string | undefined {
    return this.#lines.find((line) => line.key === key && line.value !== '')?.value;
  }

  has(key: string): boolean {
    return this.#lines.some((line) => line.key === key);
  }
}

/** Ids of messages as `Message-ID`, `In-Reply-To` and `References` write them, without angle brackets. */
export function messageIdsOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  const bracketed = [...text.matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] as string);
  if (bracketed.length > 0) return bracketed;
  return text.split(/\s+/).filter((word) => /^[^\s<>@]+@[^\s<>@]+$/.test(word));
}

/** The time that a date of RFC 5322 names, as ISO; undefined when it names none. */
export function dateOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 200) return undefined;
  const time = Date.parse(text.replace(/\([^()]*\)/g, ' ').trim());
  return Number.isNaN(time) || Math.abs(time) > Date.UTC(9999, 0) ? undefined : new Date(time).toISOString();
}

/** The addresses of a header, found without parsing it: for lines that may stand only once, and stand there twice. */
export function plainAddressesOf(text: string): string[] {
  return [...text.matchAll(/[^\s<>()[\],;:"@\\]+@[^\s<>()[\],;:"@\\]+/g)].map((match) => match[0].toLowerCase());
}
