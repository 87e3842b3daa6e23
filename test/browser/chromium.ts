import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser of this machine; nothing is downloaded. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], ...places].find((place) => place && existsSync(place));
}
