import { Client, fetchExchange } from 'urql';
import { currentKey } from './session.js';

/**
 * The public API, as anybody else would ask it. Without a cache: what is shown was just asked for, and whoever is on the
 * telephone must not hear of last minute’s state.
 * @param key whose rights it has
 */
export function makeClient(key = currentKey()): Client {
  return new Client({
    url: '/graphql',
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: { headers: key ? { authorization: `Bearer ${key}` } : {} },
  });
}
