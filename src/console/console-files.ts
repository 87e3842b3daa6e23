import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the built console, as it is sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where `npm run build` puts the console: seen from `dist/src/console` and, in tests, from `src/console`. */
const folders = ['../../console', '../../dist/console'].map((folder) => path.resolve(here, folder));

/**
 * All files of the built console by their path below `/console/`; none when it was not built. They are read once, so that
 * no request can name a path of the disk.
 */
export function readConsoleFiles(): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>();
  const folder = folders.find((candidate) => isBuilt(candidate));
  if (!folder) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const place = path.join(entry.parentPath, entry.name);
    const type = types[path.extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    files.set(path.relative(folder, place).split(path.sep).join('/'), { type, bytes: readFileSync(place) });
  }
  return files;
}

/** The folder of the sources has an `index.html` too, but no `assets`. */
function isBuilt(folder: string): boolean {
  return ['index.html', 'assets'].every((name) => statSync(path.join(folder, name), { throwIfNoEntry: false }));
}
