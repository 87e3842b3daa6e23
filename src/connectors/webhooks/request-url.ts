/** The query of an address; of a name that comes twice the first. */
export function queryOf(url: string): Readonly<Record<string, string>> {
  const all = new Map<string, string>();
  for (const [name, value] of new URL(url).searchParams) if (!all.has(name)) all.set(name, value);
  return Object.fromEntries(all);
}

/** Path and query of an address as they are kept: without the token that proves the sender. */
export function storedUrl(url: string): string {
  const { pathname, search } = new URL(url);
  const parts = search.slice(1).split('&');
  const kept = parts.filter((part) => part !== '' && !/^token(=|$)/i.test(decoded(part)));
  return kept.length > 0 ? `${pathname}?${kept.join('&')}` : pathname;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const localhost = 'http://localhost';

/** The stored part of an address as a whole one again. */
export function wholeUrl(stored: string): string {
  return `${localhost}${stored}`;
}

/** Path and query of a request, also where a proxy wrote the whole address into its first line. */
export function pathOf(target: string): string {
  return target.replace(/^[^/?#]+:\/\/[^/?#]*(?=\/)/, '');
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The address by which the outside reached us: the configured one, else what the proxies in front and the client say.
 * Believing them gives nobody anything: a signature over an address still needs the secret.
 */
export function originOf(publicUrl: string | undefined, headers: Headers): string {
  if (publicUrl !== undefined) return publicUrl;
  const first = (name: string) => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();
  };
  const scheme = first('x-forwarded-proto') === 'https' ? 'https' : 'http';
  const origin = `${scheme}://${first('x-forwarded-host') ?? first('host') ?? 'localhost'}`;
  return URL.canParse(origin) ? origin.replace(/\/+$/, '') : localhost;
}
