import { useState } from 'react';
import { Button } from 'react-aria-components';
import { countText, durationText } from '../format.js';
import { useKeys } from '../keys.js';
import { Key } from '../parts/key.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { blueprintFlow } from './documents.js';
import { Flow } from './flow.js';
import { FlowTable } from './flow-table.js';
import { type Standing, Sticks } from './sticks.js';
import { TravelledLines } from './travelled-lines.js';

interface Props {
  readonly blueprint: string;
  readonly from: string;
  readonly to: string;
}

/** How journeys of one kind went through the channels in a span of time, as a picture or as a table. */
export function BlueprintFlow({ blueprint, from, to }: Props) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { data, problem, isAsking, ask } = useQuestion(blueprintFlow, {
    filter: { from, to, timeZone, blueprint },
    blueprint,
    from,
  });
  const [isTable, setTable] = useState(() => matchMedia('(max-width: 720px)').matches);
  useKeys({ v: () => setTable((before) => !before) });
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The flow" />;
  const paths = data?.analytics.paths;
  if (!paths || paths.cases === 0) {
    return (
      <Empty title="No journey had a touchpoint in this time">
        <p>Journeys are started by whoever serves, by touchpoints that their blueprint waits for, and by customers.</p>
      </Empty>
    );
  }
  const { median, p90 } = paths.throughput;
  const standing: Standing = data.journeys;
  return (
    <>
      <p className="say-it">
        {countText(paths.cases, 'journey')} had touchpoints, by {countText(paths.variantCount, 'line')}.{' '}
        {median !== null && p90 !== null && (
          <b>
            {paths.cases === 1
              ? `It took ${durationText(median)}.`
              : `Half of them took at most ${durationText(median)}, nine of ten at most ${durationText(p90)}.`}
          </b>
        )}
      </p>
      <div className="flowg">
        <section className="box flow" aria-label="From channel to channel">
          {isTable ? <FlowTable flows={paths.links} /> : <Flow flows={paths.links} />}
          <p className="row end">
            <Button className="btn quiet" onPress={() => setTable(!isTable)}>
              {isTable ? 'As a picture' : 'As a table'} <Key name="V" />
            </Button>
          </p>
        </section>
        <Sticks standing={standing} />
      </div>
      <TravelledLines variants={paths.variants} variantCount={paths.variantCount} cases={paths.cases} />
    </>
  );
}
