import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { type Channel, laneOf } from '../thread/lanes.js';

/** So many channels one after the other are drawn; later ones are in the table. */
export const placesMax = 6;

const width = 980;
const height = 420;
const top = 28;
const labelWidth = 150;

/** Of the journeys on their n-th channel, how many went where: to another one, or no further. */
export interface Flow {
  readonly place: number;
  readonly from: string;
  readonly to: string | null;
  readonly cases: number;
}

export interface DrawnNode {
  readonly id: string;
  /** Null where the journeys went no further. */
  readonly channel: Channel | null;
  readonly place: number;
  readonly cases: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawnLink {
  readonly id: string;
  readonly from: Channel;
  readonly to: Channel | null;
  readonly path: string;
  readonly thickness: number;
  readonly x0: number;
  readonly x1: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly DrawnNode[];
  readonly links: readonly DrawnLink[];
}

interface Node {
  readonly id: string;
  readonly channel: Channel | null;
  readonly place: number;
}

interface Link {
  readonly from: Channel;
  readonly to: Channel | null;
}

/** Places the columns from left to right, one more channel each; within one, up is closer to a person. */
export function drawFlow(flows: readonly Flow[]): Drawing {
  const nodes = new Map<string, Node>();
  const node = (place: number, channel: Channel | null): string => {
    const id = `${place} ${channel ?? 'end'}`;
    if (!nodes.has(id)) nodes.set(id, { id, channel, place });
    return id;
  };
  const links = fromTheirBeginning(flows)
    .filter(({ place }) => place < placesMax)
    .map(({ place, from, to, cases }) => ({
      source: node(place, from as Channel),
      target: node(place + 1, to as Channel | null),
      value: cases,
      from: from as Channel,
      to: to as Channel | null,
    }));
  if (links.length === 0) return { width, height, nodes: [], links: [] };
  const layout = sankey<Node, Link>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ place }) => place - 1)
    .nodeSort((a, b) => rankOf(a) - rankOf(b))
    .nodeWidth(14)
    .nodePadding(16)
    .extent([
      [2, top],
      [width - labelWidth, height - 8],
    ])({ nodes: [...nodes.values()], links });
  const line = sankeyLinkHorizontal<Node, Link>();
  return {
    width,
    height,
    nodes: layout.nodes.map((one) => ({
      id: one.id,
      channel: one.channel,
      place: one.place,
      cases: one.value ?? 0,
      x: one.x0 ?? 0,
      y: one.y0 ?? 0,
      width: (one.x1 ?? 0) - (one.x0 ?? 0),
      height: Math.max(1, (one.y1 ?? 0) - (one.y0 ?? 0)),
    })),
    links: layout.links.map((one, index) => ({
      id: String(index),
      from: one.from,
      to: one.to,
      path: line(one) ?? '',
      thickness: Math.max(1, one.width ?? 0),
      x0: typeof one.source === 'object' ? (one.source.x1 ?? 0) : 0,
      x1: typeof one.target === 'object' ? (one.target.x0 ?? 0) : 0,
    })),
  };
}

/**
 * The streams that hang together from the first place on. The service gives the widest 500: behind one that it left out
 * there is nothing to hang the next on, so that only the table has it.
 */
function fromTheirBeginning(flows: readonly Flow[]): Flow[] {
  const reached = new Set(flows.filter(({ place }) => place === 1).map(({ from }) => `1 ${from}`));
  return [...flows]
    .sort((a, b) => a.place - b.place)
    .filter(({ place, from, to }) => {
      const isReached = reached.has(`${place} ${from}`);
      if (isReached && to !== null) reached.add(`${place + 1} ${to}`);
      return isReached;
    });
}

/** Whatever is closest to a person stands on top; those who went no further stand below all. */
function rankOf({ channel }: Node): number {
  return channel === null ? 1 : -laneOf(channel);
}
