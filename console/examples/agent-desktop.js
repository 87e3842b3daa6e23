const panel = document.querySelector('throughline-customer');
const caller = document.querySelector('#caller');
const opened = document.querySelector('#opened');

// Another caller: the panel follows its attributes.
caller.addEventListener('change', () => panel.setAttribute('identifier', caller.value));

// What the agent wants to see in full is opened where the desktop likes.
panel.addEventListener('throughline-open', ({ detail }) => {
  opened.textContent = `Open ${detail.kind} ${detail.id}`;
});

// The token ran out: fetch another one, and give it to the panel, which goes on.
panel.addEventListener('throughline-error', ({ detail }) => {
  if (detail.code === 'UNAUTHENTICATED') opened.textContent = 'Sign in again';
});
