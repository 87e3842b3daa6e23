import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../src/platform/limits.js';

const read = (file: string) => readFileSync(file, 'utf8');

describe('the documents', () => {
  it('state every limit as it is', () => {
    const stated = [...read('docs/limits.md').matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)];
    const numbers = stated.map(([, name, limit]) => [name, Number((limit as string).replaceAll(',', ''))]);
    expect(Object.fromEntries(numbers)).toEqual(limits);
  });

  it('give a reason for every dependency', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json'));
    const text = read('docs/dependencies.md');
    const unexplained = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => {
      const [scope, inner] = name.startsWith('@') ? (name.slice(1).split('/') as [string, string]) : ['', name];
      return (
        !text.includes(`\`${name}\``) &&
        !text.includes(`@${scope}/*`) &&
        !(text.includes(`@${scope}/`) && text.includes(`\`${inner}\``))
      );
    });
    expect(unexplained).toEqual([]);
  });

  it('explain every setting of the environment', () => {
    const names = [...read('src/platform/config.ts').matchAll(/^ {4}([A-Z_]+): /gm)].map((match) => match[1]);
    const example = read('.env.example');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !example.includes(`\n${name}=`))).toEqual([]);
  });

  it('link to files that are there', () => {
    const broken = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map((match) => match[1] as string)
        .filter((to) => !existsSync(to)),
    );
    expect(broken).toEqual([]);
  });

  it('name tests that are there where they say what proves a promise', () => {
    const named = [...read('docs/identity-promises.md').matchAll(/\| `([\w/.-]+)` \*(.+)\* \|$/gm)];
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter(([, file, title]) => !read(`test/${file}`).includes(title as string));
    expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
  });

  it('show in the README the very query that the demo asks', () => {
    expect(read('README.md')).toContain(read('demo/one-query.graphql').trim());
  });
});
