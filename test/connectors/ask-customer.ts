import { expect } from 'vitest';
import type { TestService } from '../setup/service.js';

const question = `query ($type: String!, $value: String!) {
  customer(identifier: { type: $type, value: $value }) {
    id
    traits
    identifiers { type value }
    touchpoints(first: 50) {
      nodes {
        channel direction kind status subject summary source externalId occurredAt endedAt language outcome attributes
        conversation { touchpointCount }
      }
    }
  }
}`;

export interface AskedTouchpoint {
  readonly channel: string;
  readonly direction: string;
  readonly kind: string;
  readonly status: string;
  readonly subject: string | null;
  readonly summary: string | null;
  readonly source: string;
  readonly externalId: string;
  readonly occurredAt: string;
  readonly endedAt: string | null;
  readonly language: string | null;
  readonly outcome: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
  readonly attributes: any;
  readonly conversation: { readonly touchpointCount: number } | null;
}

export interface AskedCustomer {
  readonly id: string;
  readonly traits: Record<string, unknown>;
  /** `type value`, sorted. */
  readonly identifiers: readonly string[];
  /** Newest first. */
  readonly touchpoints: readonly AskedTouchpoint[];
}

/** The customer as the API answers, or null. */
export async function askCustomer(t: TestService, type: string, value: string): Promise<AskedCustomer | null> {
  const { data, errors } = await t.graphql(question, { type, value });
  expect(errors).toBeUndefined();
  const { customer } = data;
  if (!customer) return null;
  const named = customer.identifiers.map((one: { type: string; value: string }) => `${one.type} ${one.value}`);
  return { ...customer, identifiers: named.sort(), touchpoints: customer.touchpoints.nodes };
}
