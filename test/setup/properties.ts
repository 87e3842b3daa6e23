import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run, so a change is judged by what it changed;
 * `FUZZ_SEED=random` (or a number) draws others, which is how new faults are looked for.
 */
const asked = process.env['FUZZ_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: asked ? Number(asked) : 20_261_124 });
