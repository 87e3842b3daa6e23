import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, httpStatusOf } from '../src/platform/refusal.js';

function sourceOf(folder: string): string {
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .map((place) => (statSync(place).isDirectory() ? sourceOf(place) : readFileSync(place, 'utf8')))
    .join('\n');
}

const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| `([A-Z_]+)` \|/gm)];
const source = sourceOf('src');

describe('the catalogue of errors', () => {
  it('documents every reason, with its code', () => {
    const inDocument = Object.fromEntries(documented.map(([, reason, code]) => [reason, code]));
    expect(inDocument).toEqual({ ...catalogue });
  });

  it('has no reason that nothing gives', () => {
    const unused = Object.keys(catalogue).filter((reason) => source.split(`'${reason}'`).length < 2);
    expect(unused).toEqual([]);
  });

  it('documents the HTTP status of every code', () => {
    const statuses = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)];
    expect(Object.fromEntries(statuses.map(([, code, status]) => [code, Number(status)]))).toEqual(httpStatusOf);
  });
});
