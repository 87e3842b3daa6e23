/** The journeys that are stuck, as far as they were read. */
export interface Standing {
  readonly nodes: readonly { readonly step: { readonly key: string; readonly title: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

/** On which steps journeys stand for longer than their blueprint calls stuck. */
export function Sticks({ standing }: { readonly standing: Standing }) {
  const steps = new Map<string, { readonly title: string; readonly count: number }>();
  for (const { step } of standing.nodes) {
    steps.set(step.key, { title: step.title, count: (steps.get(step.key)?.count ?? 0) + 1 });
  }
  const worst = [...steps].sort(([, a], [, b]) => b.count - a.count);
  return (
    <section className="sec" aria-label="Where it sticks">
      <h2>Where it sticks</h2>
      {worst.length === 0 && <p className="mute">Nowhere: no journey is stuck</p>}
      {worst.length > 0 && (
        <ul className="box sticks">
          {worst.map(([key, { title, count }]) => (
            <li key={key}>
              <b>{title}</b>
              <span className="late">{count.toLocaleString()}</span>
            </li>
          ))}
        </ul>
      )}
      {standing.pageInfo.hasNextPage && <p className="mute">Of the newest 100 that are stuck.</p>}
    </section>
  );
}
