import { CustomerPanel } from './customer-panel.js';

const { currentScript } = document;
if (currentScript instanceof HTMLScriptElement) CustomerPanel.origin = new URL(currentScript.src).origin;

// Two script tags on one page are one panel.
if (!customElements.get('throughline-customer')) customElements.define('throughline-customer', CustomerPanel);
