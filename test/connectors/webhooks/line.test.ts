import { describe, expect, it } from 'vitest';
import { line } from '../../../src/connectors/webhooks/kinds/line.js';
import { folded, named, told, toldOf } from './vendor-request.js';

const event = (content: object) => ({
  destination: 'Ushop',
  events: [
    {
      mode: 'active',
      timestamp: 1795600800123,
      source: { type: 'user', userId: 'U1' },
      webhookEventId: '01X',
      deliveryContext: { isRedelivery: false },
      ...content,
    },
  ],
});

describe('LINE', () => {
  it('a message, a new follower and a button are from the user', () => {
    const items = toldOf(line, 'line/events.json');
    expect(items).toMatchObject([
      {
        kind: 'message.received',
        externalId: 'message:468789577898262530',
        summary: 'Hello!',
        occurredAt: '2026-11-25T10:00:00.123Z',
      },
      { kind: 'follow.started', externalId: '01B' },
      { kind: 'button.pressed', attributes: { data: 'action=buy&item=1' } },
      { kind: 'message.deleted' },
    ]);
    expect(new Set(items.flatMap(named))).toEqual(new Set(['line=U4af4980629b1a2c3d4e5f60718293a4b']));
  });

  it('what was unsent is no longer shown, whichever comes first', () => {
    const items = toldOf(line, 'line/events.json').filter((item) => item.externalId.startsWith('message:'));
    expect(folded([...items].reverse())).toMatchObject({
      kind: 'message.deleted',
      summary: '',
      occurredAt: 1795600800123,
    });
  });

  it('one that is delivered again is the same', () => {
    const again = event({ type: 'follow', deliveryContext: { isRedelivery: true } });
    expect(told(line, again)).toEqual(told(line, event({ type: 'follow', deliveryContext: { isRedelivery: false } })));
  });

  it.each([
    [{ type: 'unfollow' }, [{ kind: 'follow.ended' }]],
    [{ type: 'beacon', beacon: { hwid: 'd', type: 'enter' } }, [{ kind: 'beacon.enter', channel: 'STORE' }]],
    [
      { type: 'message', message: { id: '1', type: 'location', title: 'Home', address: 'Main St' } },
      [{ summary: 'Home, Main St' }],
    ],
    [
      { type: 'message', message: { id: '1', type: 'sticker', stickerId: '7', keywords: ['sad'] } },
      [{ summary: 'sad', attributes: { type: 'sticker', sticker: '7' } }],
    ],
    [{ type: 'something', something: { a: 1 } }, [{ kind: 'line.something', channel: 'OTHER' }]],
    [{ type: 'leave', source: { type: 'group', groupId: 'C1' } }, []],
    [{ type: 'delivery', source: undefined, delivery: { data: 'hash' } }, []],
  ])('%j', (content, expected) => {
    expect(told(line, event(content))).toMatchObject(expected);
  });

  it('each of several who join a group is told of', () => {
    const joined = {
      members: [
        { type: 'user', userId: 'U1' },
        { type: 'user', userId: 'U2' },
      ],
    };
    const items = told(line, event({ type: 'memberJoined', source: { type: 'group', groupId: 'C1' }, joined }));
    expect(items.flatMap(named)).toEqual(['line=U1', 'line=U2']);
    expect(new Set(items.map((item) => item.externalId)).size).toBe(2);
  });

  it('the call that only tries the address has no events', () => {
    expect(told(line, { destination: 'Ushop', events: [] })).toEqual([]);
  });
});
