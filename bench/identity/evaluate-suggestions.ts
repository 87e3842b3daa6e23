import { parseArgs } from 'node:util';
import { fake1000, febrl3, febrl3WithoutId, without } from './data-sets.js';
import { madePeople } from './made-people.js';
import { measureSuggestions, type SuggestionMeasure } from './measure-suggestions.js';

/** Prints recall of suggestions and the precision of both bands, per data set; made people are those of --seeds. */
const { values: options } = parseArgs({
  options: { records: { type: 'string', default: '5000' }, seeds: { type: 'string', default: '17' } },
});
const figure = (share: number) => (Number.isNaN(share) ? '–' : share.toFixed(4));
const band = ({ pairs, precision }: SuggestionMeasure['bands']['STRONG']) => `${pairs} at ${figure(precision)}`;

const sets = [
  febrl3(),
  febrl3WithoutId(),
  fake1000(),
  without('fake_1000: no dob', fake1000(), ['dob']),
  ...options.seeds.split(',').flatMap((seed) =>
    (['shop', 'homes'] as const).map((kind) => {
      const made = madePeople(kind, Number(options.records), Number(seed));
      return { ...made, name: `${made.name}, seed ${seed}` };
    }),
  ),
];
process.stdout.write('| data set | weights | recall | strong | possible |\n| --- | --- | --- | --- | --- |\n');
for (const set of sets) {
  for (const { weights, recall, bands } of measureSuggestions(set)) {
    const cells = [set.name, weights, figure(recall), band(bands.STRONG), band(bands.POSSIBLE)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
