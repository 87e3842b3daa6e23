import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The user that Postgres runs as when Node itself is root, which Postgres refuses to be. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** A folder that holds a server's data, and beside it what only we read. */
export interface DataFolder {
  dir: string;
  data: string;
  ownerSecretFile: string;
  appSecretFile: string;
  ownerMarkFile: string;
  user: ServerUser | undefined;
}

/** Makes the folder where it is missing, and makes sure that we and the server can work in it. */
export function openDataFolder(wanted: string): DataFolder {
  fs.mkdirSync(wanted, { recursive: true });
  // The server writes down the real path, and we compare with it.
  const dir = fs.realpathSync(wanted);
  try {
    fs.accessSync(dir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The data folder ${dir} is not writable for this user: run as its owner, or choose another data folder.`,
      { cause },
    );
  }
  const data = path.join(dir, 'pgdata');
  const user = serverUser(data);
  if (user) openFolderTo(dir, user);
  return {
    dir,
    data,
    user,
    ownerSecretFile: path.join(dir, 'owner.secret'),
    appSecretFile: path.join(dir, 'app.secret'),
    ownerMarkFile: path.join(dir, 'owner.pid'),
  };
}

/** Gives the passwords of the two roles, made once for all. */
export function readOrMakeSecrets(folder: DataFolder): { owner: string; app: string } {
  const [owner, app] = [folder.ownerSecretFile, folder.appSecretFile].map((file) => {
    if (!fs.existsSync(file)) {
      if (file === folder.ownerSecretFile && hasCluster(folder.data)) {
        throw new Error(`${folder.data} holds a database, but ${file} with its password is missing: put it back.`);
      }
      writeWhole(file, randomBytes(24).toString('hex'), 0o600, folder.user);
    }
    return fs.readFileSync(file, 'utf8').trim();
  });
  return { owner: owner ?? '', app: app ?? '' };
}

/** Says whether a cluster has been made in this folder. */
export function hasCluster(data: string): boolean {
  return fs.existsSync(path.join(data, 'PG_VERSION'));
}

/** Gives the mark of the handle that owns the server; empty when none does. */
export function readOwnerMark(folder: DataFolder): string {
  try {
    return fs.readFileSync(folder.ownerMarkFile, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Notes which handle owns the server. */
export function writeOwnerMark(folder: DataFolder, mark: string): void {
  writeWhole(folder.ownerMarkFile, mark, 0o644);
}

/** Chooses whom to become when Node is root: the owner of existing data, else `postgres`, else `nobody`. */
function serverUser(data: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = fs.statSync(data, { throwIfNoEntry: false });
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  // Read rather than `useradd`: `nobody` is in every image, and we change nothing outside our own folder.
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('Postgres refuses to run as root, and there is neither a user "postgres" nor a user "nobody".');
}

/** Makes sure that the dropped user can enter `dir`, or says which folder on the way is closed to it. */
function openFolderTo(dir: string, user: ServerUser): void {
  // The names are read before the door is tried: a second starter that finds our lock file finds the door open too.
  const names = fs.readdirSync(dir);
  const isOurs = names.length === 0 || names.includes('pgdata');
  const closed = firstFolderClosedTo(dir, user);
  if (closed === undefined) return;
  // A fresh folder, as mkdtemp makes it, is for its maker only. Others may now pass through, but not list it.
  if (closed === dir && isOurs) {
    fs.chmodSync(dir, fs.statSync(dir).mode | 0o011);
    return;
  }
  throw new Error(
    `Postgres refuses to run as root and would run as uid ${user.uid}, but that user cannot enter ${closed} on the way to the data folder ${dir}: choose a data folder outside it, or allow it with chmod o+x.`,
  );
}

function firstFolderClosedTo(dir: string, user: ServerUser): string | undefined {
  const parts = dir.split(path.sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth).join(path.sep) || path.sep;
    const { uid, gid, mode } = fs.statSync(folder);
    const enterBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & enterBit) === 0) return folder;
  }
  return undefined;
}

/** Writes beside and renames, so that a kill between leaves no half file. */
function writeWhole(file: string, content: string, mode: number, user?: ServerUser): void {
  const unfinished = `${file}.new`;
  fs.rmSync(unfinished, { force: true });
  fs.writeFileSync(unfinished, `${content}\n`, { mode });
  if (user) fs.chownSync(unfinished, user.uid, user.gid);
  fs.renameSync(unfinished, file);
}
