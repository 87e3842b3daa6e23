import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';

/** The arguments of each connection. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'So many from the start: 1 to 500; 20 when neither is given.' })
  first?: number;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string;

  @Field(() => Int, { nullable: true, description: 'So many from the end: 1 to 500.' })
  last?: number;

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string;
}

/** Where a page stands in its list. */
@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field({ description: 'Whether more follow.' })
  hasNextPage!: boolean;

  @Field({ description: 'Whether there are some before.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first of the page; null on an empty one.' })
  startCursor?: string;

  @Field(() => String, { nullable: true, description: 'Cursor of the last of the page; null on an empty one.' })
  endCursor?: string;
}

/** The connection type of a node type: `<name>Connection` with its `<name>Edge`. Its SQL is `connection()`. */
export function connectionOf<Node>(node: () => Type<Node>, name: string): Type<object> {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list, and its place there.` })
  class Edge {
    @Field({ description: 'The place, for `after` and `before`. Opaque.' })
    cursor!: string;

    @Field(node, { description: 'What stands there.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The elements with their cursors.' })
    edges!: Edge[];

    @Field(() => [node()], { description: 'The elements alone, for who needs no cursor of each.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;
  }
  return Connection;
}

/** The body of a resolver whose field has a shape: it only declares the field and its arguments. */
export function answeredByComposer(): never {
  throw new Error('This field is answered by its shape.');
}
