import type { Channel } from '../../../../touchpoints/vocabulary.js';

/** What a contact centre calls a contact, for the kind of a touchpoint: `call.completed`, `chat.abandoned`. */
export function nounOf(channel: Channel): string {
  if (channel === 'CALL') return 'call';
  if (channel === 'CHAT') return 'chat';
  if (channel === 'EMAIL') return 'email';
  return channel === 'OTHER' ? 'task' : 'conversation';
}
