import type { EntityManager } from 'typeorm';

/**
 * Makes this transaction’s statements ones that read much: planned for the values that they are given, with memory to
 * sort in. Elsewhere plans are made once, for statements of a millisecond.
 */
export async function prepareAnalysis(db: EntityManager): Promise<void> {
  await db.query(
    `select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '64MB', true),
       set_config('hash_mem_multiplier', '2', true)`,
  );
}
