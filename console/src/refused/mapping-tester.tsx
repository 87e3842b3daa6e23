import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import type { ResultOf } from '../graphql.js';
import { problemOf } from '../problem.js';
import { mappingTest } from './documents.js';

type Tried = ResultOf<typeof mappingTest>['testMapping'];

const firstMapping = JSON.stringify(
  {
    touchpoints: [
      {
        source: 'shop',
        externalId: { path: '$.id' },
        channel: 'WEB',
        kind: 'order.placed',
        identifiers: [{ type: 'email', value: { path: '$.email' } }],
      },
    ],
  },
  null,
  2,
);
const firstSample = JSON.stringify({ id: '7', email: 'ann@example.com' }, null, 2);

/** What a mapping makes of a sample: nothing is stored. */
export function MappingTester() {
  const client = useClient();
  const [mapping, setMapping] = useState(firstMapping);
  const [sample, setSample] = useState(firstSample);
  const [wrong, setWrong] = useState('');
  const [tried, setTried] = useState<Tried | null>(null);
  const test = async () => {
    setTried(null);
    let variables: { mapping: unknown; sample: unknown };
    try {
      variables = { mapping: JSON.parse(mapping), sample: JSON.parse(sample) };
    } catch (error) {
      return setWrong(`This is not JSON: ${(error as Error).message}`);
    }
    const { data, error } = await client.query(mappingTest, variables).toPromise();
    setWrong(error ? problemOf(error).sentence : '');
    setTried(data?.testMapping ?? null);
  };
  return (
    <div className="tester">
      <label className="pane">
        <span>Mapping</span>
        <textarea
          className="input code"
          rows={18}
          spellCheck={false}
          value={mapping}
          onChange={(event) => setMapping(event.target.value)}
        />
      </label>
      <label className="pane">
        <span>Sample</span>
        <textarea
          className="input code"
          rows={18}
          spellCheck={false}
          value={sample}
          onChange={(event) => setSample(event.target.value)}
        />
      </label>
      <div className="verdict">
        <Button className="btn prime" onPress={() => void test()}>
          Try it
        </Button>
        {wrong && (
          <p className="refusal" role="alert">
            {wrong}
          </p>
        )}
        <div role="status">
          {tried && tried.touchpoints.length === 0 && <p>This sample is skipped.</p>}
          {tried?.touchpoints.map(({ rule, touchpoint, errors }) => (
            <section key={rule} className="box">
              <h2>By rule {rule + 1}</h2>
              {errors.map((error) => (
                <p key={`${error.field} ${error.reason}`} className="refusal">
                  {error.field}: {error.message}
                </p>
              ))}
              {touchpoint !== null && <pre>{JSON.stringify(touchpoint, null, 2)}</pre>}
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}
