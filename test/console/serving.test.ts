import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFiles } from '../../src/console/console-files.js';
import { startTestService, type TestService } from '../setup/service.js';

/** What the first page may weigh, packed: script, styles and the one font that it needs. */
const firstPageBytesMax = 350_000;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

describe('the console, as it is served', () => {
  it('is one page at every address below /console, never kept, with a nonce of its own', async () => {
    const first = await service.http.get('/console');
    const second = await service.http.get('/console/customers/cus_1');
    for (const answer of [first, second]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.text).not.toContain('__NONCE__');
    }
    expect(nonceOf(first.headers)).not.toBe(nonceOf(second.headers));
    expect(first.text).toContain(`nonce="${nonceOf(first.headers)}"`);
  });

  it('may load nothing from anywhere else, and be framed by nobody', async () => {
    const { headers, text } = await service.http.get('/console/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].filter(([, at]) => !at?.startsWith('/console/'))).toEqual([]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('keeps files whose name tells their content for ever, packed for who can unpack', async () => {
    const script = scriptOf((await service.http.get('/console/')).text);
    const answer = await service.http.get(`/console/${script}`).set('accept-encoding', 'gzip');
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['content-encoding']).toBe('gzip');
    const plain = await service.http.get(`/console/${script}`).set('accept-encoding', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.status).toBe(200);
  });

  it('gives no file of the disk away, and no page in place of a missing script', async () => {
    for (const path of [
      'assets/none.js',
      '..%2F..%2Fpackage.json',
      'assets/..%2F..%2F..%2Fpackage.json',
      'index.html',
    ]) {
      const answer = await service.http.get(`/console/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.body.reason).toBe('ROUTE_UNKNOWN');
    }
  });

  it(`weighs less than ${firstPageBytesMax} bytes for its first page`, () => {
    const files = readConsoleFiles();
    const wanted = new Set(
      [...files.keys()].filter((path) => /^assets\/(index|customer-page)-|-latin-wght/.test(path)),
    );
    // What they load at once, and what that loads: not what waits for another page.
    for (const path of wanted) {
      const text = path.endsWith('.js') ? files.get(path)?.bytes.toString('utf8') : '';
      for (const [, name] of text?.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g) ?? [])
        wanted.add(`assets/${name}`);
    }
    const first = [...files].filter(([path]) => wanted.has(path));
    expect(first.length).toBeGreaterThanOrEqual(5);
    const bytes = first.reduce(
      (sum, [path, { bytes }]) => sum + (path.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length),
      0,
    );
    expect(bytes).toBeGreaterThan(150_000);
    expect(bytes).toBeLessThan(firstPageBytesMax);
  });
});

function nonceOf(headers: Record<string, string>): string {
  return /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '')?.[1] ?? '';
}

function scriptOf(page: string): string {
  return /src="\/console\/([^"]+\.js)"/.exec(page)?.[1] ?? '';
}
