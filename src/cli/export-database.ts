import { firstWorkspace } from '../access/bootstrap.service.js';
import { Caller, scopes } from '../access/caller.js';
import { Workspaces } from '../access/workspaces.service.js';
import { ExportStreams } from '../exports/export-stream.service.js';
import type { ExportWish } from '../exports/export-wish.js';
import { externalId } from '../platform/ids.js';
import { withServices } from './command.js';
import type { PartialFile } from './export-partial.js';
import type { Exported } from './export-service.js';
import { progressBar } from './progress-bar.js';

const pollMs = 250;

/** The database itself, without a running service. As for everybody else, it stands in the audit trail. */
export async function exportFromDatabase(
  workspaceKey: string = firstWorkspace,
  isMasked: boolean,
  wish: ExportWish,
  partial: PartialFile,
): Promise<Exported> {
  return withServices(async (app) => {
    // Rows are written by the fields of the API: its schema is made here. For so long this is one more instance.
    await app.init();
    const workspace = await app.get(Workspaces).find(workspaceKey);
    if (workspace === null) throw new Error(`There is no workspace ${workspaceKey}.`);
    const caller = new Caller(workspace, 'cli', new Set(scopes), null, isMasked);
    const streams = app.get(ExportStreams);
    const id = await streams.begin(caller, wish);
    const estimated = Math.max(await streams.estimate(caller, wish), 1);
    const to = partial.open(true);
    const bar = progressBar('writing     [{bar}] {percentage} % | {rows} rows of about {estimated}');
    const seen = { rows: 0 };
    const draw = setInterval(() => {
      const all = Math.max(estimated, seen.rows);
      bar.update(seen.rows / all, { rows: seen.rows.toLocaleString('en'), estimated: all.toLocaleString('en') });
    }, pollMs);
    try {
      const { rows, bytes, sha256 } = await streams.send(caller, wish, id, to, (count) => {
        seen.rows = count;
      });
      await partial.close(to);
      await partial.complete();
      return { id: externalId('export', id), rows, bytes, sha256: sha256.toString('hex'), resumedAt: null };
    } catch (error) {
      to.destroy();
      await partial.forget();
      throw error;
    } finally {
      clearInterval(draw);
      bar.stop();
    }
  });
}
