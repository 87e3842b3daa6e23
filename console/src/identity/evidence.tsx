import { countText, titleText, wordText } from '../format.js';
import type { Suggestion } from './documents.js';
import { nameOf } from './name.js';

/** Where the zero line stands, and how many bits the longer side has room for. */
const zero = 30;
const bitsMax = 16;

/** Field by field: what each knows, what the comparison says, and how much it weighs for or against. */
export function Evidence({ suggestion }: { readonly suggestion: Suggestion }) {
  const { fields, claims } = suggestion;
  const sorted = [...fields].sort((one, other) => other.bits - one.bits);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is narrow, the table scrolls, by keyboard too.
    <section className="wide" aria-label="Evidence" tabIndex={0}>
      <table className="evidence">
        <caption className="sr">Evidence field by field</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">{nameOf(suggestion.customer)}</th>
            <th scope="col">{nameOf(suggestion.other)}</th>
            <th scope="col">What it says</th>
            <th scope="col" className="weigh">
              Against and for
            </th>
            <th scope="col" className="ra">
              Bits
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((field) => (
            <tr key={field.field}>
              <th scope="row">{titleText(field.field)}</th>
              <td>{field.value ?? '–'}</td>
              <td>{field.otherValue ?? '–'}</td>
              <td>{titleText(field.level)}</td>
              <td>
                <Weight bits={field.bits} />
              </td>
              <td className="ra">
                {field.bits > 0 ? '+' : field.bits < 0 ? '−' : ''}
                {Math.abs(field.bits).toFixed(1)}
              </td>
            </tr>
          ))}
          {claims.map((claim) => (
            <tr key={`${claim.rule} ${claim.lastAt}`}>
              <th scope="row">Claim</th>
              <td colSpan={5}>
                A touchpoint named both ({wordText(claim.rule)}), {countText(claim.times, 'time')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A bar from the zero line: to the right what speaks for it, to the left, hatched, what speaks against. */
function Weight({ bits }: { readonly bits: number }) {
  const room = bits < 0 ? zero : 100 - zero;
  const length = Math.min(Math.abs(bits) / bitsMax, 1) * room;
  return (
    <span className="wt">
      <i
        className={bits < 0 ? 'no' : ''}
        style={{ left: `${bits < 0 ? zero - length : zero}%`, width: `${length}%` }}
      />
    </span>
  );
}
