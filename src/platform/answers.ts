import { Injectable } from '@nestjs/common';
import type { DocumentNode, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { Reads } from './ask.js';
import type { Asker } from './asker.js';
import { Composer, type Plan } from './composer.js';
import { type IdKind, idPrefixes, requireId } from './ids.js';
import { Refusal } from './refusal.js';
import { NotComposable, type Variables } from './selection.js';

/** What stands on the GraphQL context of each request. */
export interface GraphqlContext<Caller extends Asker = Asker> {
  /** Changes when a mutation proves who somebody is. */
  caller: Caller;
  /** Why the database could not answer this request: what timed out once is not asked again. */
  unavailable?: Refusal;
  /** What a mutation failed with that was carried out directly: it must not be carried out again. */
  failure?: unknown;
}

/** The GraphQL type of a record that answers for an interface. */
const concrete = Symbol('type of a node');

export interface NodeRecord {
  readonly [key: string]: unknown;
  readonly [concrete]?: string;
}

/** The type of a record that `Answers` gave for an interface. */
export function typeOfNode(record: NodeRecord): string | undefined {
  return record[concrete];
}

/** Answers from composed statements: a whole operation as text, or one field as records keyed by response key. */
@Injectable()
export class Answers {
  constructor(
    private readonly composer: Composer,
    private readonly reads: Reads,
  ) {}

  /** The JSON of `data`, or why this operation must go the normal way, which words every refusal. */
  async operation(
    context: GraphqlContext,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): Promise<{ text: string } | { reason: string }> {
    const { caller } = context;
    const plan = this.composer.plan(document, operation, variables, caller);
    if (plan instanceof NotComposable) return { reason: plan.reason };
    const isAllowed =
      caller.customer === null ? plan.scopes.every((scope) => caller.may({ scope })) : plan.isInternal === false;
    if (!isAllowed) return { reason: 'access' };
    try {
      return { text: await this.run(context, plan, variables, []) };
    } catch (error) {
      return { reason: error instanceof Refusal ? 'refusal' : 'error' };
    }
  }

  /** The value of a field of Query: one statement of its own. */
  async field<T>(context: GraphqlContext, info: GraphQLResolveInfo): Promise<T> {
    const plan = planned(this.composer.planField(info, context.caller));
    return JSON.parse(await this.run(context, plan, info.variableValues, [])) as T;
  }

  /** What the field asks of one thing, by its inner id; null when there is none that the caller may see. */
  async node(context: GraphqlContext, info: GraphQLResolveInfo, kind: IdKind, id: string): Promise<NodeRecord | null> {
    return (await this.ofKind(context, info, kind, [id]))[0] ?? null;
  }

  /** What the field asks of things of any kind, by their global ids, in that order: one statement per kind. */
  async nodes(
    context: GraphqlContext,
    info: GraphQLResolveInfo,
    ids: readonly string[],
    path: string,
  ): Promise<(NodeRecord | null)[]> {
    const asked = ids.map((id) => this.parse(id, path));
    const kinds = [...new Set(asked.map(({ kind }) => kind))];
    const found = new Map<string, NodeRecord | null>();
    const perKind = kinds.map(async (kind) => {
      const inner = asked.filter((one) => one.kind === kind).map((one) => one.inner);
      const records = await this.ofKind(context, info, kind, inner);
      for (const [i, record] of records.entries()) found.set(`${kind} ${inner[i]}`, record);
    });
    await Promise.all(perKind);
    return asked.map(({ kind, inner }) => found.get(`${kind} ${inner}`) ?? null);
  }

  private parse(id: string, path: string): { kind: IdKind; inner: string } {
    const prefix = id.slice(0, id.indexOf('_'));
    const kind = (Object.keys(idPrefixes) as IdKind[]).find((one) => idPrefixes[one] === prefix);
    if (!kind || !this.composer.nodeKind(kind)) {
      throw new Refusal('ID_INVALID', `${path} is not an id of anything here.`, { field: path });
    }
    return { kind, inner: requireId(kind, id, path) };
  }

  private async ofKind(
    context: GraphqlContext,
    info: GraphQLResolveInfo,
    kind: IdKind,
    ids: readonly string[],
  ): Promise<(NodeRecord | null)[]> {
    const plan = planned(this.composer.planNodes(info, kind, context.caller));
    const records = JSON.parse(await this.run(context, plan, info.variableValues, ids)) as (NodeRecord | null)[];
    const type = this.composer.nodeKind(kind)?.type;
    for (const record of records) if (record) Object.defineProperty(record, concrete, { value: type });
    return records;
  }

  private async run(
    context: GraphqlContext,
    plan: Plan,
    variables: Variables,
    ids: readonly string[],
  ): Promise<string> {
    if (context.unavailable) throw context.unavailable;
    const { caller } = context;
    const values = await plan.values(caller, variables, ids);
    try {
      return (await this.reads.ask(plan, values, caller.workspace)) ?? 'null';
    } catch (error) {
      if (error instanceof Refusal && error.code === 'UNAVAILABLE') context.unavailable = error;
      throw error;
    }
  }
}

function planned(plan: Plan | NotComposable): Plan {
  if (!(plan instanceof NotComposable)) return plan;
  if (plan.reason === 'name_too_long') throw new Refusal('QUERY_INVALID', 'An alias may have at most 63 characters.');
  throw plan;
}
