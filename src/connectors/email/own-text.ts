/** Above an answer’s quotation, in the languages that are met most. */
const attribution =
  /^(on|am|le|el|il|op|em|den|dnia) .{4,200}(wrote|schrieb.{0,100}|a écrit|escribió|ha scritto|schreef.{0,100}|escreveu|skrev.{0,100}|napisał\(?a?\)?) ?:$/i;
/** Lines with which mail programs part the message that is answered. */
const divider =
  /^(-{2,} ?(original message|ursprüngliche nachricht|message d['’]origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original) ?-{2,}|_{20,})$/i;
const forwarded = /^-{2,} ?(forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado) ?-{2,}$/i;
/** The first line of the headers that Outlook puts above the message that is answered, and one that follows it. */
const headerOfQuote = /^\*?(from|von|de|da|van|från|od) ?: ?\S/i;
const nextHeaderOfQuote =
  /^\*?(sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|date|datum|to|an|à|para|a|aan|till|wysłano) ?: ?\S/i;
const signature =
  /^(--|sent from my .{1,60}|von meinem .{1,60} gesendet|envoyé (de|depuis) mon .{1,60}|enviado desde mi .{1,60}|inviato da .{1,60}|get outlook for .{1,40}|outlook für .{1,40})$/i;

/** Longer lines are nobody's signature. */
const lineCharactersMax = 300;

/**
 * What a person wrote herself: without what she answers, what she forwards and her signature. When nothing would be
 * left, all of it stays.
 */
export function ownText(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const own = lines.slice(0, endOf(lines));
  const kept = tidy(own.filter((line, i) => !isQuote(line) && !leadsToQuote(own, i)));
  return kept === '' ? tidy(lines) : kept;
}

/** Where the own text ends for good. */
function endOf(lines: readonly string[]): number {
  const end = lines.findIndex((line, i) => {
    const text = line.trim();
    if (text.length > lineCharactersMax) return false;
    if (divider.test(text) || forwarded.test(text) || signature.test(text)) return true;
    return headerOfQuote.test(text) && nextHeaderOfQuote.test(lines[i + 1]?.trim() ?? '');
  });
  return end < 0 ? lines.length : end;
}

const isQuote = (line: string) => /^\s*>/.test(line);

/** Whether a line belongs to the words above a quotation, which may be wrapped onto a second line. */
function leadsToQuote(lines: readonly string[], i: number): boolean {
  const at = (n: number) => lines[n]?.trim() ?? '';
  if (attributes(at(i)) || attributes(`${at(i - 1)} ${at(i)}`)) return isQuoteNext(lines, i + 1);
  return attributes(`${at(i)} ${at(i + 1)}`) && isQuoteNext(lines, i + 2);
}

const attributes = (text: string) => text.length <= lineCharactersMax && attribution.test(text);

function isQuoteNext(lines: readonly string[], from: number): boolean {
  const next = lines.slice(from, from + 5).find((line) => line.trim() !== '');
  return next === undefined || isQuote(next);
}

function tidy(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
