import { lazy, Suspense, useMemo, useSyncExternalStore } from 'react';
import { Provider } from 'urql';
import { Route, Router, Switch } from 'wouter';
import { makeClient } from './client.js';
import { CustomersPage } from './customers/customers-page.js';
import { LiveProvider } from './live/live.js';
import { Empty, Waiting } from './parts/states.js';
import { currentKey, onSession } from './session.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './shell/sign-in.js';

const SignedIn = lazy(() => import('./oidc/signed-in.js'));
const IdentityPage = lazy(() => import('./identity/identity-page.js'));
const IssuesPage = lazy(() => import('./issues/issues-page.js'));
const JourneysPage = lazy(() => import('./journeys/journeys-page.js'));
const RefusedPage = lazy(() => import('./refused/refused-page.js'));
const SegmentsPage = lazy(() => import('./segments/segments-page.js'));
const TodayPage = lazy(() => import('./today/today-page.js'));
const CustomerPage = lazy(() => import('./customer/customer-page.js'));

/** The console: whoever has a key sees its pages. A new key is a new client, with nothing left of the one before. */
export function App() {
  const key = useSyncExternalStore(onSession, currentKey);
  if (key) return <Pages key={key} />;
  if (location.pathname !== '/console/signed-in') return <SignIn />;
  return (
    <Suspense>
      <SignedIn />
    </Suspense>
  );
}

function Pages() {
  const client = useMemo(() => makeClient(), []);
  return (
    <Provider value={client}>
      <LiveProvider>
        <Router base="/console">
          <Shell>
            <Suspense fallback={<Waiting what="The page" />}>
              <Switch>
                <Route path="/">
                  <CustomersPage />
                </Route>
                <Route path="/customers/:id">{({ id }) => <CustomerPage key={id} id={id} />}</Route>
                <Route path="/identity">
                  <IdentityPage />
                </Route>
                <Route path="/issues">
                  <IssuesPage />
                </Route>
                <Route path="/journeys">
                  <JourneysPage />
                </Route>
                <Route path="/refused">
                  <RefusedPage />
                </Route>
                <Route path="/segments">
                  <SegmentsPage />
                </Route>
                <Route path="/today">
                  <TodayPage />
                </Route>
                <Route>
                  <Empty title="There is no such page">
                    <p>The pages of the console are listed on the left.</p>
                  </Empty>
                </Route>
              </Switch>
            </Suspense>
          </Shell>
        </Router>
      </LiveProvider>
    </Provider>
  );
}
