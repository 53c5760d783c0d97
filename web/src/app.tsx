import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { firstTongue, rememberTongue, speech, SpeechContext, type Tongue } from "./i18n/index.ts";
import { useAddress } from "./lib/router.ts";
import { useTheme } from "./lib/theme.ts";
import { Header } from "./parts/header.tsx";
import { Empty } from "./parts/states.tsx";
import { ThemeContext } from "./parts/theme.ts";
import { Explore, VIEWS, type View } from "./views/explore.tsx";

const viewAt = (path: string): View | undefined => (Object.keys(VIEWS) as View[]).find((view) => VIEWS[view].path === path);

export function App() {
  const address = useAddress();
  const { theme, choice, choose } = useTheme();
  const [tongue, setTongue] = useState<Tongue>(() => firstTongue(address.search));
  const spoken = useMemo(() => speech(tongue), [tongue]);
  useEffect(() => {
    document.documentElement.lang = tongue;
  }, [tongue]);
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(false);
  // A new page is read from its top, by eyes and by screen readers.
  useEffect(() => {
    if (arrived.current && !viewAt(address.path)) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    arrived.current = true;
  }, [address.path]);
  const view = viewAt(address.path);
  return (
    <SpeechContext.Provider value={spoken}>
      <ThemeContext.Provider value={theme}>
        <a class="skip" href="#content">
          {spoken.t.skip}
        </a>
        <Header
          address={address}
          choice={choice}
          choose={choose}
          speak={(next) => {
            setTongue(next);
            rememberTongue(next);
          }}
        />
        <main id="content" ref={main} tabIndex={-1}>
          {view ? <Explore view={view} address={address} /> : <NotFound />}
        </main>
      </ThemeContext.Provider>
    </SpeechContext.Provider>
  );
}

function NotFound() {
  const { t } = speech("fr");
  return (
    <Empty title={t.state.notFound} help={t.state.notFoundHelp}>
      <a class="button primary" href="/">
        {t.state.backToMap}
      </a>
    </Empty>
  );
}
