import type { Writable } from 'node:stream';
import { Refusal } from '../platform/refusal.js';

const isGone = () => new Refusal('READER_LOST', 'The reader went away.');
const isStill = () => new Refusal('READER_LOST', 'The reader took nothing any more.');

/**
 * Writes as fast as it is read.
 * @throws Refusal when its reader is gone, or takes nothing for so long
 */
export async function writePatiently(to: Writable, bytes: Buffer, patienceMs: number): Promise<void> {
  if (to.destroyed) throw isGone();
  if (to.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error) => {
      clearTimeout(timer);
      to.off('drain', onDrain);
      to.off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    const onDrain = () => done();
    const onClose = () => done(isGone());
    const timer = setTimeout(() => done(isStill()), patienceMs);
    to.once('drain', onDrain);
    to.once('close', onClose);
  });
}
