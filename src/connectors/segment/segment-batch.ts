import { isObject, type JsonObject, objectOf } from '../json-value.js';
import { requireMessages } from '../request-body.js';
import type { MessageType } from './segment-message.js';

/** The messages of a request, each complete in itself. */
export function messagesOf(route: MessageType | 'batch', body: JsonObject): unknown[] {
  if (route !== 'batch') {
    const { writeKey: _, ...message } = body;
    return [{ ...message, type: route }];
  }
  const { batch, context, sentAt } = body;
  return requireMessages(batch, 'batch').map((item) =>
    isObject(item) ? completed(item, objectOf(context), sentAt) : item,
  );
}

/**
 * A message with what the batch says for all its messages. The batch's clock is read when it is sent, a message's may
 * be older; the write key is a secret and goes no further than the door.
 */
function completed(item: JsonObject, context: JsonObject, sentAt: unknown): JsonObject {
  const { writeKey: _, ...message } = item;
  return {
    ...message,
    ...(Object.keys(context).length > 0 ? { context: { ...context, ...objectOf(message['context']) } } : {}),
    ...(sentAt == null ? {} : { sentAt }),
  };
}
