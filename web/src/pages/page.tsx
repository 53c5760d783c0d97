// What every page of one thing does: ask, wait, fail with words, set the title.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Asked } from "../api/client.ts";
import { useSpeech } from "../i18n/index.ts";
import { ShareBar } from "../parts/share.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";

export function useTitle(title: string | null | undefined): void {
  const { t } = useSpeech();
  useEffect(() => {
    document.title = title ? `${title} — ${t.name}` : `${t.name} — ${t.tagline}`;
  }, [title, t]);
}

interface AskingProps<R, T> {
  asked: Asked<R>;
  pick: (data: R) => T | null | undefined;
  children: (thing: T) => ComponentChildren;
}

export function Asking<R, T>({ asked, pick, children }: AskingProps<R, T>) {
  const { t } = useSpeech();
  const thing = asked.data ? pick(asked.data) : null;
  if (thing) return <>{children(thing)}</>;
  return (
    <div class="page">
      {(asked.error || (!asked.loading && asked.data)) && <h1 class="unseen">{asked.error ? t.name : t.state.notFound}</h1>}
      {asked.error ? (
        <Failed error={asked.error} again={asked.again} />
      ) : asked.loading || !asked.data ? (
        <Loading lines={10} />
      ) : (
        <NotThere />
      )}
    </div>
  );
}

function NotThere() {
  const { t } = useSpeech();
  useTitle(t.state.notFound);
  return (
    <Empty title={t.state.notFound} help={t.state.notFoundHelp}>
      <a class="button primary" href="/">
        {t.state.backToMap}
      </a>
    </Empty>
  );
}

export function PageHead({ over, title, lead, children }: { over: ComponentChildren; title: string; lead?: ComponentChildren; children?: ComponentChildren }) {
  useTitle(title);
  return (
    <header class="page-head">
      <div class="row spread">
        <p class="overline">{over}</p>
        <ShareBar />
      </div>
      <h1>{title}</h1>
      {lead && <div class="lead">{lead}</div>}
      {children}
    </header>
  );
}
