import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/platform/config.js';
import { open, readKeys, seal } from '../../../src/platform/secret-box.js';
import { Secrets } from '../../../src/platform/secrets.service.js';
import { startTestService } from '../../setup/service.js';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);

describe('a sealed secret', () => {
  it('opens with its key in its place, whatever it is, and looks different each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, place) => {
        const sealed = seal(key, secret, place);
        expect(open([other, key], sealed, place)).toBe(secret);
        expect(seal(key, secret, place).equals(sealed)).toBe(false);
      }),
    );
  });

  it('does not open with another key, in another place, or changed by a bit', () => {
    const sealed = seal(key, 'secret', 'place');
    expect(open([other], sealed, 'place')).toBeNull();
    expect(open([key], sealed, 'another place')).toBeNull();
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] as number) ^ 1;
      expect(open([key], changed, 'place')).toBeNull();
      expect(open([key], sealed.subarray(0, i), 'place')).toBeNull();
    }
  });
});

describe('the key that seals', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'throughline-secrets-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is made once beside the embedded database, for its owner only', () => {
    const config = readConfig({ DATA_DIR: dir });
    const sealed = new Secrets(config).seal('secret', 'place');
    expect(new Secrets(config).open(sealed, 'place')).toBe('secret');
    const file = path.join(dir, 'secrets.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'x');
    expect(() => new Secrets(config).open(sealed, 'place')).toThrow(/holds no key/);
  });

  it('is SECRETS_KEY when that is set; a new one stands before the old one while it takes over', () => {
    const before = 'ab'.repeat(32);
    const after = 'cd'.repeat(32);
    const sealed = new Secrets(readConfig({ SECRETS_KEY: before })).seal('secret', 'place');
    const both = new Secrets(readConfig({ SECRETS_KEY: `${after}, ${before}` }));
    expect(both.open(sealed, 'place')).toBe('secret');
    const anew = both.seal('secret', 'place');
    expect(new Secrets(readConfig({ SECRETS_KEY: after })).open(anew, 'place')).toBe('secret');
    expect(() => new Secrets(readConfig({ SECRETS_KEY: after })).open(sealed, 'place')).toThrow(/SECRETS_KEY/);
    expect(() => readFileSync(path.join(dir, 'secrets.key'))).toThrow();
  });

  it('of a wrong form stops the start', () => {
    expect(readKeys('ab,')).toBeNull();
    expect(() => readConfig({ SECRETS_KEY: 'short' })).toThrow(/SECRETS_KEY must be 64 hexadecimal digits/);
  });

  it('is needed before a connector is made on one’s own database', async () => {
    const t = await startTestService({ SECRETS_KEY: '' });
    const { errors } = await t.graphql(
      'mutation { createConnector(input: { key: "k", kind: "postmark" }) { secret } }',
    );
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('SECRETS_KEY'),
      extensions: { code: 'CONFLICT', reason: 'SECRETS_KEY_MISSING' },
    });
    expect((await t.database.owner.query('select from connector')).rowCount).toBe(0);
    await t.stop();
  });
});
