import { Injectable } from '@nestjs/common';
import { Refusal } from '../../platform/refusal.js';

const textBytesMax = 64 * 1024;
const waitMsMax = 5_000;
const freshMs = 60 * 60 * 1000;
const remembered = 200;

/**
 * The only way from here to a vendor: small texts over https, never past a redirect, never for long. Whose address it
 * is, the kind has made sure of.
 */
@Injectable()
export class Outside {
  readonly #texts = new Map<string, { readonly text: Promise<string>; readonly until: number }>();

  /** A text that seldom changes, such as a certificate; asked for again after an hour. */
  fetchText(url: string): Promise<string> {
    const known = this.#texts.get(url);
    if (known && known.until > Date.now()) return known.text;
    if (this.#texts.size >= remembered) this.#texts.clear();
    const text = this.get(url);
    this.#texts.set(url, { text, until: Date.now() + freshMs });
    text.catch(() => this.#texts.delete(url));
    return text;
  }

  /** Calls an address once, whatever it answers with. */
  async visit(url: string): Promise<void> {
    await this.get(url);
  }

  private async get(url: string): Promise<string> {
    if (new URL(url).protocol !== 'https:') throw new Error('Only https addresses are called.');
    const unavailable = (cause?: unknown) =>
      new Refusal('ISSUER_UNAVAILABLE', 'The vendor that is asked cannot be reached. Try again in a moment.', {
        cause,
      });
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(waitMsMax) }).catch((error) => {
      throw unavailable(error);
    });
    if (answer.status >= 500) throw unavailable();
    if (!answer.ok || !answer.body) throw new Error(`The vendor answered with ${answer.status}.`);
    return readText(answer.body);
  }
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > textBytesMax) throw new Error(`The vendor answered with more than ${textBytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
