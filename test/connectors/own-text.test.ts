import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownText } from '../../src/connectors/email/own-text.js';

const mine = 'Thank you, it arrived.\n\nBut the cup is broken.';

describe('what a person wrote herself', () => {
  it.each([
    [
      'above a quotation',
      `${mine}\n\nOn Tue, 24 Nov 2026 at 10:00, Support <s@acme.example> wrote:\n> Did it arrive?\n> Yours`,
    ],
    [
      'above a quotation whose first line is wrapped',
      `${mine}\n\nOn Tue, 24 Nov 2026 at 10:00, The Support of Acme\n<s@acme.example> wrote:\n\n> Did it arrive?`,
    ],
    ['in German', `${mine}\n\nAm 24.11.2026 um 10:00 schrieb Support:\n> Ist es da?`],
    ['in French', `${mine}\n\nLe mar. 24 nov. 2026 à 10:00, Support <s@acme.example> a écrit :\n> C’est arrivé ?`],
    ['below a quotation', `On Tue, 24 Nov 2026, Support wrote:\n> Did it arrive?\n\n${mine}`],
    ['between quotations', `> Did it arrive?\nThank you, it arrived.\n\n> Is all well?\nBut the cup is broken.`],
    [
      'above what Outlook answers',
      `${mine}\n\n________________________________\nFrom: Support\nSent: Tuesday\nTo: Ann\nSubject: Order\n\nDid it arrive?`,
    ],
    [
      'above what Outlook answers, without a line',
      `${mine}\n\nVon: Support\nGesendet: Dienstag\nAn: Ann\nBetreff: Bestellung\n\nIst es da?`,
    ],
    ['above an original message', `${mine}\n\n-----Original Message-----\nFrom: Support\n\nDid it arrive?`],
    ['above what is forwarded', `${mine}\n\n---------- Forwarded message ---------\nFrom: Bob\n\nHello`],
    ['above a signature', `${mine}\n\n-- \nAnn Example\nDirector of Cups`],
    ['on a telephone', `${mine}\n\nSent from my iPhone`],
  ])('%s', (_, text) => {
    expect(ownText(text).replace(/\n+/g, '\n')).toBe(mine.replace(/\n+/g, '\n'));
    expect(ownText(text.replaceAll('\n', '\r\n')).replace(/\n+/g, '\n')).toBe(mine.replace(/\n+/g, '\n'));
  });

  it.each([
    [
      'a sentence that only looks like a quotation’s first line',
      'On Tuesday your colleague wrote:\nThe cup is on its way. It is not.',
    ],
    ['a line that begins like a header', 'From: Ulm I went to Bonn.\nIt was nice.'],
    ['dashes in a text', 'Two things - no, three:\n--- one\n--- two'],
  ])('keeps %s', (_, text) => {
    expect(ownText(text)).toBe(text);
  });

  it('is all of it when nothing would be left', () => {
    const text = '---------- Forwarded message ---------\nFrom: Bob\n\nHello';
    expect(ownText(text)).toBe(text);
    expect(ownText('> only quoted')).toBe('> only quoted');
    expect(ownText('')).toBe('');
  });

  it('of any text is found in time that grows with its length, and has nothing of its own', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom('> x', 'On a wrote:', '--', '', 'From: a', 'Sent: b', '____________________'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const own = ownText(lines.join('\n'));
        const given = new Set(['', ...lines.flatMap((one) => one.split(/\r?\n/)).map((one) => one.trim())]);
        for (const one of own.split('\n')) expect(given.has(one.trim())).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (const hard of [
      'On '.repeat(30_000),
      `${'-'.repeat(100_000)}`,
      'a\n'.repeat(50_000),
      `On ${' wrote'.repeat(20_000)}`,
    ]) {
      expect(ownText(hard).length).toBeGreaterThan(0);
    }
  });
});
