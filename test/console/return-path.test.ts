import { expect, it } from 'vitest';
import { returnPath } from '../../console/src/oidc/return-path.js';

it('leads from signing in to a page of the console, and nowhere else', () => {
  for (const page of ['/console', '/console/', '/console/issues?show=late', '/console?q=ada']) {
    expect(returnPath(page)).toBe(page);
  }
  for (const other of [
    '//evil.example/console/',
    'https://evil.example',
    '/consoleX',
    '/',
    '',
    '/console/signed-in?code=1',
  ]) {
    expect(returnPath(other)).toBe('/console/');
  }
});
