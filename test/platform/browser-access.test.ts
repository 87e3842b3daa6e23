import { describe, expect, it } from 'vitest';
import { browserAccess } from '../../src/platform/browser-access.js';

describe('pages of which origins may read our answers', () => {
  it('all, when the operator says *', () => {
    expect(browserAccess('*', 'https://a.example')).toEqual({ 'access-control-allow-origin': '*' });
  });

  it('those of the list and no other, and caches keep the answers apart', () => {
    const list = 'https://a.example, https://b.example';
    expect(browserAccess(list, 'https://b.example')).toEqual({
      'access-control-allow-origin': 'https://b.example',
      vary: 'Origin',
    });
    for (const origin of ['https://c.example', 'https://a.example.evil.example', 'https://a', 'null', undefined]) {
      expect(browserAccess(list, origin)).toEqual({ vary: 'Origin' });
    }
  });
});
