import { Worker } from 'node:worker_threads';

/** A page in which a published browser SDK runs. */
export interface BrowserPage {
  /** Calls the SDK; resolves when the SDK says that it took the call, not yet that it was sent. */
  call(method: string, ...args: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export async function openPage(sdk: 'segment' | 'rudderstack', key: string, url: string): Promise<BrowserPage> {
  const page = 'http://shop.example/pricing?utm_source=news&utm_campaign=spring';
  const worker = new Worker(new URL('./browser-page.mjs', import.meta.url), { workerData: { sdk, key, url, page } });
  const nextWord = () =>
    new Promise<string>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await nextWord();
  return {
    call: async (method, ...args) => {
      const answered = nextWord();
      worker.postMessage({ method, args });
      const word = await answered;
      if (word !== 'done') throw new Error(word);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
