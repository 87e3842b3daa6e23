import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawFlow, type Flow, placesMax } from '../../console/src/journeys/flow-layout.js';

const flow: readonly Flow[] = [
  { place: 1, from: 'WEB', to: 'CALL', cases: 3 },
  { place: 1, from: 'WEB', to: null, cases: 1 },
  { place: 1, from: 'STORE', to: 'WEB', cases: 2 },
  { place: 2, from: 'CALL', to: null, cases: 3 },
  { place: 2, from: 'WEB', to: null, cases: 2 },
];

describe('the picture of a flow', () => {
  test('stands each channel in the column of its place, closer to a person further up, what ended at the bottom', () => {
    const { nodes } = drawFlow(flow);
    const column = (place: number) =>
      nodes
        .filter((node) => node.place === place)
        .sort((a, b) => a.y - b.y)
        .map(({ channel, cases }) => [channel, cases]);
    expect(column(1)).toEqual([
      ['STORE', 2],
      ['WEB', 4],
    ]);
    expect(column(2)).toEqual([
      ['CALL', 3],
      ['WEB', 2],
      [null, 1],
    ]);
    expect(column(3)).toEqual([[null, 5]]);
  });

  test('draws nothing of nothing', () => {
    expect(drawFlow([])).toMatchObject({ nodes: [], links: [] });
  });

  test('stays within its frame and draws each stream that hangs together with the first place', () => {
    const channel = fc.constantFrom('WEB', 'APP', 'CALL', 'STORE', 'OTHER');
    const one = fc.record({
      place: fc.integer({ min: 1, max: 10 }),
      from: channel,
      to: fc.option(channel),
      cases: fc.integer({ min: 1, max: 1_000_000 }),
    });
    const flows = fc.uniqueArray(one, { maxLength: 40, selector: ({ place, from, to }) => `${place} ${from} ${to}` });
    fc.assert(
      fc.property(flows, (some) => {
        const drawing = drawFlow(some);
        const hangs = ({ place, from }: Flow): boolean =>
          place === 1 || some.some((one) => one.place === place - 1 && one.to === from && hangs(one));
        expect(drawing.links).toHaveLength(some.filter((one) => one.place < placesMax && hangs(one)).length);
        for (const { x, y, width, height } of drawing.nodes) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(drawing.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y + height).toBeLessThanOrEqual(drawing.height + 1);
        }
        for (const { path } of drawing.links) expect(path).not.toContain('NaN');
      }),
    );
  });
});
