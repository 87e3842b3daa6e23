import { Button } from 'react-aria-components';
import { whenText, wordText } from '../format.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useAct } from '../use-act.js';
import { useQuestion } from '../use-question.js';
import { type Connector, connectorList, switchConnector } from './documents.js';

/** Who sends by webhook: what came, what waits, what failed last. */
export function Connectors() {
  const { data, problem, isAsking, ask } = useQuestion(connectorList, {});
  const switching = useAct(switchConnector);
  const turn = async ({ id, version, enabled }: Connector) => {
    if (await switching.run({ input: { id, version, enabled: !enabled } })) ask();
  };
  if (problem) return <Failed problem={problem} retry={ask} />;
  if (isAsking && !data) return <Waiting what="The list" />;
  const connectors = data?.connectors ?? [];
  const now = new Date();
  if (connectors.length === 0) {
    return (
      <Empty title="No connector yet">
        <p>A connector is an account at one vendor whose webhooks come in; createConnector makes one.</p>
      </Empty>
    );
  }
  return (
    <>
      {switching.problem && <Failed problem={switching.problem} retry={ask} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: where it is narrow, the table scrolls, by keyboard too. */}
      <section className="box wide" aria-label="Connectors" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Connector</th>
              <th scope="col">Kind</th>
              <th scope="col" className="ra">
                Received
              </th>
              <th scope="col" className="ra">
                Waiting
              </th>
              <th scope="col" className="ra">
                Failed
              </th>
              <th scope="col">Last</th>
              <th scope="col">Last failure</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {connectors.map((connector) => (
              <tr key={connector.id}>
                <th scope="row">{connector.name}</th>
                <td>{connector.kind}</td>
                <td className="ra">{connector.receivedCount.toLocaleString()}</td>
                <td className="ra">{connector.waitingCount.toLocaleString()}</td>
                <td className="ra">{connector.failedCount.toLocaleString()}</td>
                <td>{connector.lastReceivedAt ? whenText(connector.lastReceivedAt, now) : 'never'}</td>
                <td>
                  {connector.lastFailure
                    ? `${wordText(connector.lastFailure.reason)}, ${whenText(connector.lastFailure.at, now)}`
                    : 'none'}
                </td>
                <td>
                  {connector.enabled ? 'on' : 'off'}{' '}
                  <Button className="btn" onPress={() => void turn(connector)}>
                    {connector.enabled ? 'Switch off' : 'Switch on'}
                    <span className="sr"> {connector.name}</span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
