import { stringifyDocument } from '@urql/core';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { LiveConnection, type LiveState, type Told } from '../live/connection.js';
import { type Answered, ask, type PanelProblem } from './ask.js';
import { type PanelCustomer, panelBrief, panelChanges, panelCustomer } from './documents.js';
import { styles } from './styles.js';
import { type Subject, subjectOf } from './subject.js';
import { footView, headView, issuesView, type Opened, reasonView, signalsView, timelineView } from './views.js';

const touchpointsAsked = 40;
const gatherMs = 150;
const liveWords: Readonly<Record<LiveState, string>> = {
  idle: 'Not live',
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  refused: 'Signed out',
};
const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * `<throughline-customer>`: a customer at a glance, live, in somebody else’s page. It sees what its token may see, keeps
 * nothing, and touches nothing of the page around it. The host hears `throughline-open`, `-ready`, `-changed`, `-error`.
 */
export class CustomerPanel extends LitElement {
  static override readonly styles = styles;
  static override readonly properties = {
    identifier: {},
    customerId: { attribute: 'customer-id' },
    token: {},
    service: {},
    theme: {},
    customer: { state: true },
    problem: { state: true },
    isAsking: { state: true },
    live: { state: true },
    told: { state: true },
  };
  /** Where the script came from: the service, unless the attribute says another. */
  static origin = '';

  declare identifier: string | null;
  declare customerId: string | null;
  declare token: string | null;
  declare service: string | null;
  declare theme: string | null;
  declare private customer: PanelCustomer | null;
  declare private problem: PanelProblem | null;
  declare private isAsking: boolean;
  declare private live: LiveState;
  declare private told: string;

  #connection: LiveConnection | null = null;
  #stopFollowing: (() => void) | null = null;
  #followed = '';
  #asking = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.identifier = this.customerId = this.token = this.service = this.theme = null;
    this.customer = this.problem = null;
    this.isAsking = false;
    this.live = 'idle';
    this.told = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    dark.addEventListener('change', this.#onTheme);
    if (this.hasUpdated) this.begin(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    dark.removeEventListener('change', this.#onTheme);
    this.leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.dataset['look'] = this.theme === 'dark' || (this.theme !== 'light' && dark.matches) ? 'dark' : 'light';
    const isOther = changed.has('identifier') || changed.has('customerId') || changed.has('service');
    if (isOther || changed.has('token')) this.begin(isOther);
  }

  /** @param isOther somebody else than before: nothing of the one before may stay in sight */
  private begin(isOther: boolean): void {
    this.leave();
    if (isOther) this.customer = null;
    this.problem = null;
    this.told = '';
    const { subject, token } = this;
    if (subject && token) void this.load(subject, token);
  }

  private leave(): void {
    this.#asking.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopFollowing?.();
    this.#stopFollowing = null;
    this.#followed = '';
    this.#connection?.end();
    this.#connection = null;
    this.live = 'idle';
  }

  private get subject(): Subject | null {
    return subjectOf(this.identifier, this.customerId);
  }

  private get origin(): string {
    return (this.service ?? CustomerPanel.origin).replace(/\/$/, '');
  }

  private async load(subject: Subject, token: string): Promise<void> {
    const asking = new AbortController();
    this.#asking.abort();
    this.#asking = asking;
    this.isAsking = true;
    let answer: Answered<{ readonly customer: PanelCustomer | null }>;
    try {
      answer = await ask(
        this.origin,
        token,
        panelCustomer,
        { ...subject, touchpoints: touchpointsAsked },
        asking.signal,
      );
    } catch {
      return;
    }
    this.isAsking = false;
    if ('problem' in answer) {
      this.problem = answer.problem;
      this.tell('throughline-error', answer.problem);
      return;
    }
    const isFirst = this.customer === null;
    this.problem = null;
    this.customer = answer.data.customer;
    if (this.customer && isFirst) this.tell('throughline-ready', { customerId: this.customer.id });
    if (this.customer) this.follow(this.customer.id, subject, token);
  }

  /** Follows the customer; each change asks again for all that is shown, several at once for one time. */
  private follow(id: string, subject: Subject, token: string): void {
    if (this.#followed === id) return;
    this.#stopFollowing?.();
    this.#followed = id;
    const again = () => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load(subject, token);
      }, gatherMs);
    };
    this.#connection ??= this.connect(token);
    this.#stopFollowing = this.#connection.follow<Told>(
      stringifyDocument(panelChanges),
      { id },
      {
        begun: again,
        changed: ({ kind }) => {
          again();
          this.tell('throughline-changed', { kind });
        },
      },
    );
  }

  private connect(token: string): LiveConnection {
    const made = new LiveConnection(`${this.origin.replace(/^http/, 'ws')}/graphql`, () => token);
    made.onState(() => {
      this.live = made.state;
    });
    return made;
  }

  private async copyBrief(): Promise<void> {
    const { customer, token } = this;
    if (!customer || !token) return;
    const answer = await ask(this.origin, token, panelBrief, { id: customer.id }, new AbortController().signal);
    const text = 'data' in answer ? answer.data.customer?.brief.text : undefined;
    if (text === undefined) {
      this.told = 'problem' in answer ? answer.problem.sentence : 'There is no brief.';
      return;
    }
    try {
      await navigator.clipboard.writeText(text);
      this.told = 'The brief is copied.';
    } catch {
      this.told = 'This page does not let anything be copied.';
    }
    this.tell('throughline-brief', { customerId: customer.id, text });
  }

  readonly #onTheme = () => this.requestUpdate();

  private tell(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult {
    return html`<article aria-label="Customer" aria-busy=${this.isAsking}>
      <div class="bar">
        <span class="live" data-state=${this.live} role="status">${this.stateText}</span>
        <span class="sp"></span>
        ${this.customer ? html`<button type="button" class="link" @click=${() => void this.copyBrief()}>Copy brief</button>` : nothing}
      </div>
      <p class="sr" role="status">${this.told}</p>
      ${this.customer ? this.customerView(this.customer) : this.stateView()}
    </article>`;
  }

  /** Two words in the corner, such as that the host’s token has run out. */
  private get stateText(): string {
    if (this.problem?.code === 'UNAUTHENTICATED') return liveWords.refused;
    if (this.problem?.code === 'OFFLINE') return liveWords.offline;
    return liveWords[this.live];
  }

  private customerView(customer: PanelCustomer): TemplateResult {
    const open = (opened: Opened) => this.tell('throughline-open', opened);
    const now = new Date(customer.asOf);
    const name = customer.displayName ?? customer.identifiers[0]?.value ?? customer.id;
    return html`${this.problem ? html`<p class="p small" role="alert">${this.problem.sentence}</p>` : nothing}
      ${headView(customer, name)} ${reasonView(customer)} ${signalsView(customer)} ${issuesView(customer, now, open)}
      ${timelineView(customer, now, open)} ${footView(customer)}
      ${this.told ? html`<p class="p small">${this.told}</p>` : nothing}`;
  }

  private stateView(): TemplateResult {
    const { subject, token } = this;
    if (!subject) {
      return this.state('Nobody is named', 'Give identifier="type:value" or customer-id to the panel.');
    }
    if (!token) return this.state('Not signed in', 'The page around this panel has not given it a token.');
    if (this.problem) {
      return html`<div class="state" role="alert">
        <b>${this.problem.sentence}</b>
        <span class="small">${this.problem.code}</span>
        <button type="button" class="btn" @click=${() => this.begin(true)}>Try again</button>
      </div>`;
    }
    if (this.isAsking) return html`<div class="state small" role="status">The customer is on its way.</div>`;
    const value = subject.identifier?.value ?? subject.id;
    return this.state('First contact', `${value} is new here.`);
  }

  private state(title: string, sentence: string): TemplateResult {
    return html`<div class="state"><b>${title}</b><span class="small">${sentence}</span></div>`;
  }
}
