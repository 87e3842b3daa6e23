import { chromiumPath } from './chromium.js';

/** Ends the run before anything is started, when there is nothing to run it in. */
export default function needsBrowser(): void {
  if (chromiumPath()) return;
  throw new Error(
    'No Chromium was found on this machine, so the browser tests did not run. Install it (on Debian: apt-get install chromium), or name its path in CHROMIUM_PATH.',
  );
}
