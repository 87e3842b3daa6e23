import { Refusal } from '../platform/refusal.js';

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** A BCP 47 language tag in its canonical form; refuses what is none, and a language that nobody knows. */
export function requireLanguage(tag: string, field: string): string {
  const canonical = canonicalOf(tag.trim());
  const [language = ''] = (canonical ?? '').split('-');
  if (canonical === null || languages.of(language) === undefined) {
    throw new Refusal('INPUT_INVALID', `${field} is no known BCP 47 language tag, such as de or pt-BR.`, { field });
  }
  return canonical;
}

function canonicalOf(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}
