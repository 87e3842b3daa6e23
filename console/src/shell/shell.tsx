import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import { useKeys } from '../keys.js';
import { LiveMark, LiveStrip } from '../live/live-mark.js';
import { Icon } from '../parts/icon.js';
import { Key } from '../parts/key.js';
import { Logo } from '../parts/logo.js';
import { signOut } from '../session.js';
import { useTheme } from '../theme.js';
import { KeyList } from './key-list.js';
import { pages } from './pages.js';

/** Rail, search and what stands above every page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path, navigate] = useLocation();
  const [theme, nextTheme] = useTheme();
  const [showsKeys, setShowsKeys] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useKeys({
    '/': () => search.current?.focus(),
    '.': nextTheme,
    '?': () => setShowsKeys(true),
    ...Object.fromEntries(pages.map((page) => [`g ${page.letter}`, () => navigate(page.path)])),
  });
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'k') return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);
  const isHere = (page: string) => (page === '/' ? /^\/($|customers|\?)/.test(path) : path.startsWith(page));
  return (
    <div className="shell">
      <a className="skip" href="#page">
        To the page
      </a>
      <nav className="rail" aria-label="Pages">
        <Link href="/" className="home">
          <Logo />
        </Link>
        {pages.map((page) => (
          <Link key={page.path} href={page.path} aria-current={isHere(page.path) ? 'page' : undefined}>
            <Icon name={page.icon} />
            {page.name}
          </Link>
        ))}
      </nav>
      <div className="stage">
        <header className="top">
          <search>
            <form
              className="find"
              onSubmit={(event) => {
                event.preventDefault();
                const text = search.current?.value.trim();
                if (text) navigate(`/?q=${encodeURIComponent(text)}`);
              }}
            >
              <Icon name="search" />
              <input
                ref={search}
                type="search"
                aria-label="Find a customer"
                placeholder="Phone, e-mail, name, any identifier"
                maxLength={256}
              />
              <Key name="/" />
            </form>
          </search>
          <span className="sp" />
          <LiveMark />
          <Button className="btn quiet hide" onPress={() => setShowsKeys(true)}>
            Keys <Key name="?" />
          </Button>
          <Button className="btn quiet hide" onPress={nextTheme}>
            Theme: {theme} <Key name="." />
          </Button>
          <Button className="btn quiet" onPress={signOut}>
            Sign out
          </Button>
        </header>
        <LiveStrip />
        <main className="page" id="page" tabIndex={-1}>
          {children}
        </main>
      </div>
      <KeyList isOpen={showsKeys} close={() => setShowsKeys(false)} />
    </div>
  );
}
