import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from './config.js';
import { Refusal } from './refusal.js';
import { newKeyText, open, readKeys, seal } from './secret-box.js';

const fileName = 'secrets.key';

/**
 * Encrypts what must be read back, such as a secret that signs. The key is SECRETS_KEY; with the embedded Postgres one
 * is made in the data folder, beside the database and never in it.
 */
@Injectable()
export class Secrets {
  #keys: readonly Buffer[] | null = null;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @param place names the row, so that the secret opens nowhere else */
  seal(secret: string, place: string): Buffer {
    const [key] = this.keys();
    if (key) return seal(key, secret, place);
    throw new Refusal(
      'SECRETS_KEY_MISSING',
      'Set SECRETS_KEY, so that secrets can be stored encrypted: `openssl rand -hex 32` makes one.',
    );
  }

  open(sealed: Buffer, place: string): string {
    const secret = open(this.keys(), sealed, place);
    if (secret !== null) return secret;
    throw new Refusal(
      'SECRET_UNREADABLE',
      'A stored secret cannot be read: SECRETS_KEY is not the key it was made with.',
    );
  }

  private keys(): readonly Buffer[] {
    this.#keys ??= this.config.secretsKey ? readKeys(this.config.secretsKey) : this.keysOfEmbedded();
    return this.#keys ?? [];
  }

  private keysOfEmbedded(): readonly Buffer[] | null {
    if (this.config.databaseUrl) return null;
    const file = path.join(this.config.dataDir, fileName);
    if (!fs.existsSync(file)) makeOnce(file);
    const keys = readKeys(fs.readFileSync(file, 'utf8').trim());
    if (!keys) throw new Error(`${file} holds no key: put the right one back, or connectors cannot verify anybody.`);
    return keys;
  }
}

/** Written beside and linked, so that of two that start at once both use one key, and none reads half of it. */
function makeOnce(file: string): void {
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  fs.writeFileSync(unfinished, `${newKeyText()}\n`, { mode: 0o600 });
  try {
    fs.linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(unfinished);
  }
}
