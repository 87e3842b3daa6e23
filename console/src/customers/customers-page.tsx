import { useEffect } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { whenText } from '../format.js';
import { graphql } from '../graphql.js';
import { Coin } from '../parts/icon.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useQuestion } from '../use-question.js';
import { useTitle } from '../use-title.js';

const found = graphql(`
  query FindCustomers($search: String) {
    customers(search: $search, first: 50) {
      nodes {
        id displayName lastSeenAt openIssueCount
        identifiers { type value primary }
        segments { segment { key name } }
        touchpoints(first: 1) { nodes { id channel subject summary kind } }
      }
      pageInfo { hasNextPage }
    }
  }
`);

/** Whom a search found; without one, who was seen last. A search that finds one person opens her page. */
export function CustomersPage() {
  const [parameters] = useSearchParams();
  const [, navigate] = useLocation();
  const search = parameters.get('q');
  useTitle(search ? `Found: ${search}` : 'Customers');
  const { data, problem, isAsking, ask } = useQuestion(found, { search });
  const customers = data?.customers.nodes ?? [];
  const only = search && !isAsking && customers.length === 1 ? customers[0]?.id : undefined;
  useEffect(() => {
    if (only) navigate(`/customers/${only}`, { replace: true });
  }, [only, navigate]);
  const now = new Date();
  return (
    <>
      <div className="ttl">
        <h1>{search ? `Found for “${search}”` : 'Customers'}</h1>
        <span className="mute">{search ? '' : 'who was seen last'}</span>
      </div>
      {problem && <Failed problem={problem} retry={ask} />}
      {isAsking && !data && <Waiting what="The list" />}
      {data && customers.length === 0 && (
        <Empty title={search ? 'Nobody is known by this' : 'No customer yet'}>
          <p>
            {search
              ? 'Names are found by their words, identifiers as a whole: a phone number, an e-mail address, a user id.'
              : 'Whoever is named by the first touchpoint appears here.'}
          </p>
        </Empty>
      )}
      {customers.length > 0 && (
        <ul className="box people">
          {customers.map((customer) => (
            <li key={customer.id}>
              <Link href={`/customers/${customer.id}`}>
                <b>{customer.displayName ?? customer.identifiers[0]?.value ?? customer.id}</b>
                <span className="mute">
                  {customer.identifiers
                    .filter((identifier) => identifier.primary)
                    .slice(0, 3)
                    .map((identifier) => identifier.value)
                    .join(' · ')}
                </span>
                <span className="last">
                  {customer.touchpoints.nodes.map((last) => (
                    <Coin key={last.id} channel={last.channel} />
                  ))}
                  {customer.lastSeenAt && (
                    <time dateTime={customer.lastSeenAt}>{whenText(customer.lastSeenAt, now)}</time>
                  )}
                </span>
                <span className="pills">
                  {customer.openIssueCount > 0 && <span className="pill warn">{customer.openIssueCount} open</span>}
                  {customer.segments.slice(0, 2).map(({ segment }) => (
                    <span key={segment.key} className="pill">
                      {segment.name}
                    </span>
                  ))}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {data?.customers.pageInfo.hasNextPage && (
        <p className="mute foot">Shown: the first 50. A narrower search shows others.</p>
      )}
    </>
  );
}
