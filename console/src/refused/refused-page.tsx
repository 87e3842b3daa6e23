import '../styles/refused.css';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTitle } from '../use-title.js';
import { Connectors } from './connectors.js';
import { Letters } from './letters.js';
import { MappingTester } from './mapping-tester.js';

/** What came in and could not be stored, whoever sends, and what a mapping makes of it. */
export default function RefusedPage() {
  useTitle('Refused');
  return (
    <>
      <div className="ttl">
        <h1>Refused</h1>
        <span className="mute">what came in and could not be stored</span>
      </div>
      <Tabs className="tabs">
        <TabList aria-label="Refused" className="seg">
          <Tab id="letters">Waiting</Tab>
          <Tab id="connectors">Connectors</Tab>
          <Tab id="mapping">Try a mapping</Tab>
        </TabList>
        <TabPanel id="letters">
          <Letters />
        </TabPanel>
        <TabPanel id="connectors">
          <Connectors />
        </TabPanel>
        <TabPanel id="mapping">
          <MappingTester />
        </TabPanel>
      </Tabs>
    </>
  );
}
