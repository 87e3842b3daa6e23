import { useId, useMemo } from 'react';
import { channelName, colourOf } from '../thread/lanes.js';
import { drawFlow, type Flow as OneFlow } from './flow-layout.js';
import { ordinal } from './ordinal.js';

/** The flow as a picture: each column is one more channel, the width of a stream is how many took it. */
export function Flow({ flows }: { readonly flows: readonly OneFlow[] }) {
  const id = useId();
  const drawing = useMemo(() => drawFlow(flows), [flows]);
  const columns = new Map(drawing.nodes.map(({ place, x }) => [place, x]));
  return (
    <div className="flow-box">
      <svg
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        role="img"
        aria-label="Flow of the journeys from channel to channel; the table holds the same figures"
      >
        <defs>
          <pattern id={`${id}-end`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
            <path d="M0 0V7" className="hatch" />
          </pattern>
          {drawing.links.map((link) => (
            <linearGradient
              key={link.id}
              id={`${id}-${link.id}`}
              gradientUnits="userSpaceOnUse"
              x1={link.x0}
              x2={link.x1}
            >
              <stop offset=".15" stopColor={colourOf(link.from)} />
              <stop offset=".85" stopColor={link.to ? colourOf(link.to) : 'var(--line-2)'} />
            </linearGradient>
          ))}
        </defs>
        {drawing.links.map((link) => (
          <path
            key={link.id}
            d={link.path}
            stroke={`url(#${id}-${link.id})`}
            strokeWidth={link.thickness}
            className="stream"
          />
        ))}
        {[...columns].map(([place, x]) => (
          <text key={place} x={x} y="14" className="col">
            {place === 1 ? 'Began' : ordinal(place)}
          </text>
        ))}
        {drawing.nodes.map(({ id: key, channel, cases, ...box }) => (
          <g key={key}>
            <rect {...box} rx="3" fill={channel ? colourOf(channel) : `url(#${id}-end)`} />
            <text x={box.x + box.width + 7} y={box.y + box.height / 2 + 5} className="name">
              {channel ? channelName(channel) : 'No further'} <tspan className="n">{cases.toLocaleString()}</tspan>
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
