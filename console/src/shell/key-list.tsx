import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Key } from '../parts/key.js';
import { pages } from './pages.js';

const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Anywhere',
    [
      ['/', 'find a customer'],
      ['.', 'theme: system, light, dark'],
      ['Esc', 'close, back to now'],
      ['?', 'this list'],
    ],
  ],
  [
    'Customer',
    [
      ['J K', 'next, previous touchpoint'],
      ['Enter', 'unfold what has the mark'],
      ['1 … 8', 'show or hide a channel, by its lane'],
      ['T', 'go back in time; then ← and →'],
      ['B', 'copy the brief'],
    ],
  ],
  [
    'Identity',
    [
      ['J K', 'next, previous pair'],
      ['M', 'merge'],
      ['X', 'not the same person'],
      ['S', 'decide later'],
      ['U', 'undo the last act'],
    ],
  ],
];

/** All keys, on `?`. */
export function KeyList({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => !open && close()} isDismissable>
      <Modal className="box dialog">
        <Dialog>
          <Heading slot="title">Keys</Heading>
          {groups.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl className="keys">
                {keys.map(([key, what]) => (
                  <div key={key}>
                    <dt>{key}</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
                {title === 'Anywhere' &&
                  pages.map((page) => (
                    <div key={page.path}>
                      <dt>G {page.letter.toUpperCase()}</dt>
                      <dd>{page.name}</dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
          <Button slot="close" className="btn">
            Close <Key name="Esc" />
          </Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
