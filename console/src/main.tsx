import '@fontsource-variable/atkinson-hyperlegible-next/index.css';
import './styles/tokens.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/states.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { takeKeyFromAddress } from './session.js';
import { applyTheme } from './theme.js';

applyTheme();
takeKeyFromAddress();
addEventListener('hashchange', takeKeyFromAddress);

createRoot(document.getElementById('console') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
