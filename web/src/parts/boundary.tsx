// What is shown where a page could not be: never nothing.

import { Component, type ComponentChildren } from "preact";
import { en } from "../i18n/en.ts";
import { fr } from "../i18n/fr.ts";

interface Props {
  children: ComponentChildren;
  /** Where one is: elsewhere is tried anew. */
  at?: string;
}

export class Boundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError = (): { broken: boolean } => ({ broken: true });

  override componentDidCatch(error: unknown): void {
    reportError(error);
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.broken && before.at !== this.props.at) this.setState({ broken: false });
  }

  override render(): ComponentChildren {
    return this.state.broken ? <Broken again={() => this.setState({ broken: false })} /> : this.props.children;
  }
}

/** In both languages: which one is spoken may be what is broken. */
function Broken({ again }: { again: () => void }) {
  return (
    <div class="page narrow">
      {[fr, en].map(({ state }, index) => (
        <section key={index} class="stack" lang={index === 0 ? "fr" : "en"} role="alert">
          {index === 0 ? <h1>{state.broken}</h1> : <h2>{state.broken}</h2>}
          <p>{state.brokenHelp}</p>
          <p class="row">
            <button type="button" class="button primary" onClick={again}>
              {state.retry}
            </button>
            <a class="button" href="/" target="_self">
              {state.backToMap}
            </a>
          </p>
        </section>
      ))}
    </div>
  );
}
