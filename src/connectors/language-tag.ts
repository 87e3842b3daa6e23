/** A locale such as `en_GB` as a language tag; undefined when it is none. */
export function languageTag(locale: string | undefined): string | undefined {
  const tag = locale?.replaceAll('_', '-');
  return tag && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i.test(tag) ? tag : undefined;
}
