import { randomUUID } from 'node:crypto';
import { limits } from '../../platform/limits.js';
import { type Counts, type Fault, nothingYet, type Progress } from './import-run.js';

/** What an import is called. */
export interface ImportAbout {
  readonly name: string | null;
  readonly isBackfill: boolean;
}

/** One thing of a file that was not stored, and where it stands. */
export interface LineRefusal extends Fault {
  readonly line: number;
}

/** How far an import is. It may be told again. */
export interface ImportNews extends ImportAbout {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Of all that was done so far. */
  readonly counts: Counts;
  /** Of those since it was last told; of what is told again, the same. */
  readonly refusals: readonly LineRefusal[];
  readonly isFinished: boolean;
  /** What broke it off. */
  readonly failure: Fault | null;
}

/** False when the import of that id is somebody else’s. */
export type TellImport = (news: ImportNews) => Promise<boolean>;

/** An import that was begun before, and how far it was. */
export interface ImportBefore {
  readonly id: string;
  readonly counts: Counts;
}

/** Where one import is written down as it goes. */
export interface ImportEntry {
  readonly id: string;
  add(progress: Pick<Progress, 'counts' | 'refused'>): Promise<void>;
  finish(failure: Fault | null): Promise<void>;
}

/** Writes down that an import begins, or goes on: under another id when the one before is somebody else’s. */
export async function beginEntry(
  tell: TellImport,
  about: ImportAbout,
  before: ImportBefore | null = null,
): Promise<ImportEntry> {
  let counts = before?.counts ?? nothingYet;
  const news = (id: string, more: Partial<ImportNews> = {}): ImportNews => ({
    ...about,
    id,
    counts,
    refusals: [],
    isFinished: false,
    failure: null,
    ...more,
  });
  const isOurs = before !== null && (await tell(news(before.id)));
  const id = isOurs ? before.id : randomUUID().replaceAll('-', '');
  if (!isOurs) await tell(news(id));
  return {
    id,
    add: async (progress) => {
      counts = progress.counts;
      await tell(news(id, { refusals: refusalsOf(progress) }));
    },
    finish: async (failure) => {
      await tell(news(id, { isFinished: true, failure: failure && storable(failure) }));
    },
  };
}

/** The first refusals of a batch, as many as an import keeps. */
function refusalsOf({ refused }: Pick<Progress, 'refused'>): LineRefusal[] {
  const all = refused.flatMap(({ line, faults }) => faults.map((fault) => ({ line, ...storable(fault) })));
  return all.slice(0, limits.refusalsPerImportMax);
}

/** The name of a field may be what somebody sent: text that no database holds is taken out, and a long one is cut. */
function storable({ reason, message, field, limit }: Fault): Fault {
  const clean = (text: string) => text.replaceAll('\0', '').slice(0, limits.importSentenceCharactersMax).toWellFormed();
  return { reason, message: clean(message), field: field === null ? null : clean(field), limit };
}
