import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const lockPollMs = 25;
const lockWaitMsMax = 120_000;
const lockName = /^starting-(\d+-\d+)-[0-9a-f]+\.lock$/;

/** What the operating system tells of a living process; a field is undefined where there is no `/proc` to read it from. */
export interface LivingProcess {
  command: string | undefined;
  bornAtTick: string | undefined;
}

/** Looks a process up by its id; undefined when it is dead, and a zombie is dead: it only waits to be buried. */
export function livingProcess(pid: number): LivingProcess | undefined {
  // Number 0 and negative ones would address whole process groups.
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to someone else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return { command: undefined, bornAtTick: undefined };
  }
  // "pid (command) state ppid …": the command may itself hold spaces and brackets, so cut at the last one.
  const commandEnd = stat.lastIndexOf(')');
  const fields = stat.slice(commandEnd + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { command: stat.slice(stat.indexOf('(') + 1, commandEnd), bornAtTick: fields[19] };
}

/**
 * Names this run of this process for a file that others read: `<pid>-<tick of its birth>`.
 * The id alone is not enough: each new container begins to count again, so that a mark left by a dead Node with id 1
 * would seem to be that of the Node that reads it.
 */
export function markOfThisProcess(): string {
  return `${process.pid}-${livingProcess(process.pid)?.bornAtTick ?? '0'}`;
}

/** Says whether the process that wrote the mark still lives (not another one that got its number later). */
export function isMarkAlive(mark: string): boolean {
  const [pid, bornAtTick] = mark.split('-');
  const found = livingProcess(Number(pid));
  return found !== undefined && (found.bornAtTick ?? '0') === bornAtTick;
}

/**
 * Runs `act` while no other process of this machine is between the same two lines for the same folder.
 *
 * Node has no `flock`, and the usual single lock file cannot be taken over from a dead holder without a race: two
 * waiters see it dead, and the slower one removes the faster one's new file. So each contender announces itself in a
 * file of its own name and then looks around; of two contenders at least the later one sees the other. A name is never
 * used twice, hence a dead one's file can be removed by anybody. The smallest name stays while larger ones withdraw,
 * so they cannot wait for each other.
 */
export async function withFolderLock<T>(folder: string, act: () => Promise<T>): Promise<T> {
  const mine = `starting-${markOfThisProcess()}-${randomBytes(8).toString('hex')}.lock`;
  const file = path.join(folder, mine);
  const giveUpAtMs = performance.now() + lockWaitMsMax;
  let isAnnounced = false;
  try {
    for (;;) {
      const others = livingLocks(folder, mine);
      if (others.length === 0 && isAnnounced) break;
      if (others.length === 0) {
        closeSync(openSync(file, 'wx', 0o644));
        isAnnounced = true;
        continue;
      }
      if (isAnnounced && others.some((other) => other < mine)) {
        rmSync(file, { force: true });
        isAnnounced = false;
      }
      if (performance.now() > giveUpAtMs) {
        throw new Error(
          `Another process holds ${path.join(folder, others[0] ?? '')} for over ${lockWaitMsMax / 1000} s: end that process, or remove the file if it is no Throughline.`,
        );
      }
      await pause(lockPollMs);
    }
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Lists the locks of living processes apart from `mine`, and removes those that dead ones left behind. */
function livingLocks(folder: string, mine: string): string[] {
  const living: string[] = [];
  for (const name of readdirSync(folder)) {
    const mark = lockName.exec(name)?.[1];
    if (mark === undefined || name === mine) continue;
    if (isMarkAlive(mark)) living.push(name);
    else rmSync(path.join(folder, name), { force: true });
  }
  return living;
}
