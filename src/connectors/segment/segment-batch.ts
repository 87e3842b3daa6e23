import { isObject, type JsonObject, objectOf } from '../json-value.js';
import { requireMessages } from '../request-body.js';
import type { MessageType } from './segment-message.js';

/** The messages of a request, each complete in itself. What is none of the form is one message, which cannot be stored. */
export function messagesOf(route: MessageType | 'batch', body: unknown): unknown[] {
  if (!isObject(body)) return [body];
  const { writeKey: _, ...message } = body;
  if (route !== 'batch') return [{ ...message, type: route }];
  const { batch, context, sentAt } = body;
  if (!Array.isArray(batch)) return [message];
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
