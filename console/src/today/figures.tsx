import { durationText } from '../format.js';
import type { Figure, Figures } from './usual.js';

interface Promises {
  readonly open: number;
  readonly unassigned: number;
  readonly late: number;
}

const percent = (part: number) => `${Math.round(100 * part)} %`;
const mood = (value: number) => value.toFixed(2).replace('-', '−');
const count = (value: number) => value.toLocaleString();

/** Five figures, each with its usual: no number stands alone. */
export function FigureStrip({ figures, promises }: { readonly figures: Figures; readonly promises: Promises | null }) {
  return (
    <section className="box" aria-label="Today so far">
      <dl className="fig">
        <One name="Contacts today" figure={figures.contacts} text={count} />
        <One name="Waited, on average" figure={figures.wait} text={durationText} />
        <One name="Gave up" figure={figures.abandonment} text={percent} />
        <One name="Mood" figure={figures.mood} text={mood} />
        <div>
          <dt>Promises past due</dt>
          <dd>
            {promises === null ? '–' : count(promises.late)}
            <small>
              {promises !== null && `of ${count(promises.open)} open, ${count(promises.unassigned)} are nobody’s`}
            </small>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function One({
  name,
  figure,
  text,
}: {
  readonly name: string;
  readonly figure: Figure;
  readonly text: (value: number) => string;
}) {
  const { value, usual } = figure;
  const isOut = value !== null && usual !== null && (value < usual.least || value > usual.most);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value === null ? 'not told' : text(value)}
        <small>{usual === null ? 'no usual yet' : <UsualRange {...{ usual, text, isOut }} />}</small>
      </dd>
    </div>
  );
}

function UsualRange({
  usual,
  text,
  isOut,
}: {
  readonly usual: NonNullable<Figure['usual']>;
  readonly text: (value: number) => string;
  readonly isOut: boolean;
}) {
  const [least, most] = [text(usual.least), text(usual.most)];
  const range = least === most ? least : `${least} to ${most}`;
  return isOut ? <b>usual {range}</b> : <>usual {range}</>;
}
