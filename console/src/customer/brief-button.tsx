import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { useKeys } from '../keys.js';
import { Icon } from '../parts/icon.js';
import { Key } from '../parts/key.js';
import { problemOf } from '../problem.js';
import { customerBrief, openBrief } from './documents.js';

/**
 * Copies what the next one should know. That it was read is said to the service, where the key may write: context counts
 * as carried over from then on.
 */
export function BriefButton({ customerId }: { readonly customerId: string }) {
  const client = useClient();
  const [told, setTold] = useState('');
  const copy = async () => {
    const opened = await client.mutation(openBrief, { input: { customerId } }).toPromise();
    const text = opened.data?.openBrief.customer.brief.text ?? (await readOnly());
    if (text === null) return;
    try {
      await navigator.clipboard.writeText(text);
      setTold('The brief is copied.');
    } catch {
      setTold('The browser does not let anything be copied here.');
    }
  };
  const readOnly = async () => {
    const { data, error } = await client.query(customerBrief, { id: customerId }).toPromise();
    if (error) setTold(problemOf(error).sentence);
    return data?.customer?.brief.text ?? null;
  };
  useKeys({ b: () => void copy() });
  return (
    <span className="brief">
      <Button className="btn quiet" onPress={() => void copy()}>
        <Icon name="copy" /> Copy brief <Key name="B" />
      </Button>
      <span role="status" className="mute">
        {told}
      </span>
    </span>
  );
}
