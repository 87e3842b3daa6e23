import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lanes } from '../../console/src/thread/lanes.js';
import { heights, type Placed, timelineRows } from '../../console/src/thread/rows.js';
import { type Gap, type Knot, laneX, type Stroke, threadSlice } from '../../console/src/thread/slice.js';

const touchpoint = (id: string, occurredAt: string, more: Partial<Placed> = {}): Placed => ({
  id,
  occurredAt,
  channel: 'WEB',
  direction: 'INBOUND',
  kind: 'page.viewed',
  subject: null,
  topic: null,
  summary: null,
  journeyId: null,
  continuity: null,
  conversation: null,
  ...more,
});

const rowsOf = (touchpoints: readonly Placed[], opened: readonly string[] = []) =>
  timelineRows(touchpoints, new Set(opened), (run) => run.length > 1);

const shape = (touchpoints: readonly Placed[], opened: readonly string[] = []) =>
  rowsOf(touchpoints, opened).map((row) =>
    row.kind === 'touchpoint' ? `${row.channel} ×${row.touchpoints.length} ${row.course}` : row.kind,
  );

describe('the timeline', () => {
  it('has a heading for each day, with the quiet days before it', () => {
    const rows = rowsOf([
      touchpoint('c', '2026-11-24T12:00:00'),
      touchpoint('b', '2026-11-24T10:00:00'),
      touchpoint('a', '2026-11-20T10:00:00'),
    ]);
    expect(rows.map((row) => (row.kind === 'day' ? row.quietDays : row.kind))).toEqual([
      3,
      'touchpoint',
      'touchpoint',
      0,
      'touchpoint',
    ]);
  });

  it('folds a conversation, and unfolds it message by message without losing its place', () => {
    const conversation = { id: 'cnv_1' };
    const chat = [
      touchpoint('c', '2026-11-24T12:02:00', { channel: 'CHAT', kind: 'chat.message', conversation }),
      touchpoint('b', '2026-11-24T12:01:00', { channel: 'CHAT', kind: 'chat.message', conversation }),
    ];
    expect(shape(chat)).toEqual(['day', 'CHAT ×2 loose']);
    expect(shape(chat, ['b'])).toEqual(['day', 'CHAT ×2 loose', 'message', 'message']);
    const later = touchpoint('d', '2026-11-24T12:03:00', { channel: 'CHAT', kind: 'chat.message', conversation });
    expect(shape([later, ...chat], ['b'])).toEqual(['day', 'CHAT ×3 loose', 'message', 'message', 'message']);
  });

  it('folds pages of one visit, but not what lies half an hour apart', () => {
    const views = ['12:20', '12:10', '11:40'].map((at, i) => touchpoint(String(i), `2026-11-24T${at}:00`));
    expect(shape(views)).toEqual(['day', 'WEB ×2 loose', 'WEB ×1 loose']);
  });

  it('draws what came along solid, and what she had to tell again dotted', () => {
    const journeyId = 'jrn_1';
    expect(
      shape([
        touchpoint('d', '2026-11-24T13:00:00', { channel: 'CALL', continuity: { kind: 'STARTED_OVER' } }),
        touchpoint('c', '2026-11-24T12:00:00', { channel: 'EMAIL', continuity: { kind: 'CARRIED_OVER' } }),
        touchpoint('b', '2026-11-24T11:00:00', { channel: 'APP', journeyId }),
        touchpoint('a', '2026-11-24T10:00:00', { channel: 'WEB', journeyId }),
      ]),
    ).toEqual(['day', 'CALL ×1 started-over', 'EMAIL ×1 carried', 'APP ×1 carried', 'WEB ×1 loose']);
  });
});

describe('the thread', () => {
  const course = () => 'carried' as const;
  const knot = (channel: Knot['channel']): Knot => ({ channel, height: heights.two, knotY: 21 });
  const day: Gap = { height: heights.day };

  it('is cut where rows meet: each draws the whole curve between two knots, moved to its own top', () => {
    const rows = [knot('CALL'), day, knot('WEB')];
    const drawn = rows.map((_, index) => threadSlice(rows, index, course).map(({ d }) => d));
    expect(drawn).toEqual([
      ['M175 21C175 70 31 66 31 115'],
      ['M175 -39C175 10 31 6 31 55'],
      ['M175 -73C175 -24 31 -28 31 21'],
    ]);
  });

  it('runs through every row of any list without a gap', () => {
    const row = fc.oneof(fc.constant(day), fc.constantFrom(...lanes).map(knot));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const ends: { y: number; x: number }[] = [];
        let top = 0;
        rows.forEach((one, index) => {
          for (const stroke of threadSlice(rows, index, course)) ends.push(...endsOf(stroke, top));
          top += one.height;
        });
        const knots: { y: number; x: number }[] = [];
        let at = 0;
        for (const one of rows) {
          if ('channel' in one) knots.push({ y: at + one.knotY, x: laneX(one.channel) });
          at += one.height;
        }
        // Every stroke runs from a knot to the next one, whichever row draws it.
        const places = new Set(knots.map(({ x, y }) => `${x} ${y}`));
        expect(ends.filter(({ x, y }) => !places.has(`${x} ${y}`))).toEqual([]);
        expect(new Set(ends.map(({ y }) => y)).size).toBe(knots.length < 2 ? 0 : knots.length);
      }),
    );
  });
});

function endsOf({ d, y1, y2 }: Stroke, top: number): { y: number; x: number }[] {
  const x1 = Number(/^M(\d+)/.exec(d)?.[1]);
  const x2 = Number(/ (\d+) -?[\d.]+$/.exec(d)?.[1] ?? x1);
  return [
    { x: x1, y: top + y1 },
    { x: d.includes('V') ? x1 : x2, y: top + y2 },
  ];
}
