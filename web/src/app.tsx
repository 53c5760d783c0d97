import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { forget, notRenewed, type ApiError } from "./api/client.ts";
import { refreshToken, renewed } from "./api/session.ts";
import { firstTongue, rememberTongue, speech, SpeechContext, useSpeech, withoutTongue, type Tongue } from "./i18n/index.ts";
import { navigate, useAddress, type Address } from "./lib/router.ts";
import { useScrolling } from "./lib/scrolling.ts";
import { placeKind } from "./lib/selection.ts";
import { useTheme } from "./lib/theme.ts";
import { ActorPage } from "./pages/actor.tsx";
import { CallPage } from "./pages/call.tsx";
import { CollectivePage } from "./pages/collective.tsx";
import { DiagnosisPage, PracticePage, ProjectPage } from "./pages/knowledge.tsx";
import { CallsPage, CollectivesPage, DiagnosesPage, PracticesPage } from "./pages/lists.tsx";
import { useTitle } from "./pages/page.tsx";
import { TerritoryPage } from "./pages/territory.tsx";
import { Embedded, EMBEDDED } from "./views/embedded.tsx";
import { Boundary } from "./parts/boundary.tsx";
import { Footer } from "./parts/footer.tsx";
import { Header } from "./parts/header.tsx";
import { Empty, Failed, Loading } from "./parts/states.tsx";
import { ThemeContext } from "./parts/theme.ts";
import { Explore, VIEWS, type View } from "./views/explore.tsx";
import { EditActorPage } from "./work/actor.tsx";
import { StartApplicationPage } from "./work/application-start.tsx";
import { ApplicationPage } from "./work/application.tsx";
import { EditCollectivePage, RegisterPage } from "./work/collective.tsx";
import { DuplicatesPage } from "./work/duplicates.tsx";
import { ImportPage } from "./work/import.tsx";
import { ReviewPage } from "./work/review.tsx";
import { ChoosePasswordPage } from "./work/password.tsx";
import { SignInPage } from "./work/sign-in.tsx";
import { WorkPage } from "./work/worklist.tsx";

const viewAt = (path: string): View | undefined => (Object.keys(VIEWS) as View[]).find((view) => VIEWS[view].path === path);

/** The page at an address; null where there is none. */
function pageAt(address: Address): ComponentChildren {
  const view = viewAt(address.path);
  if (view) return <Explore view={view} address={address} />;
  if (!address.parts) return null;
  const [first = "", second = "", third = "", more] = address.parts;
  if (more !== undefined) return null;
  if (first === "territoires") {
    const kind = placeKind(second);
    return kind && third ? <TerritoryPage key={address.path} place={{ kind, code: third }} address={address} /> : null;
  }
  if (first === "travail") return workAt(second, third, address);
  if (third) return null;
  switch (first) {
    case "acteurs":
      return second ? <ActorPage key={second} slug={second} /> : null;
    case "appels":
      return second ? <CallPage key={second} slug={second} address={address} /> : <CallsPage address={address} />;
    case "collectifs":
      return second ? <CollectivePage key={second} slug={second} /> : <CollectivesPage address={address} />;
    case "diagnostics":
      return second ? <DiagnosisPage key={second} slug={second} /> : <DiagnosesPage address={address} />;
    case "pratiques":
      return second ? <PracticePage key={second} slug={second} /> : <PracticesPage address={address} />;
    case "projets":
      return second ? <ProjectPage key={second} slug={second} /> : null;
    case "connexion":
      return second ? null : <SignInPage address={address} />;
    case "invitation":
    case "password":
      return second ? null : <ChoosePasswordPage invited={first === "invitation"} />;
    default:
      return null;
  }
}

function workAt(what: string, which: string, address: Address): ComponentChildren {
  if (!what) return <WorkPage />;
  if (what === "collectif" && !which) return <RegisterPage />;
  if (what === "import" && !which) return <ImportPage />;
  if (!which) return null;
  switch (what) {
    case "relecture":
      return <ReviewPage key={which} id={which} />;
    case "doublons":
      return <DuplicatesPage key={which} slug={which} />;
    case "acteurs":
      return <EditActorPage key={which} slug={which} />;
    case "candidature":
      return <StartApplicationPage key={which} slug={which} />;
    case "candidatures":
      return <ApplicationPage key={which} id={which} />;
    case "collectifs": {
      const step = Number(new URLSearchParams(address.search).get("etape") ?? "3");
      return <EditCollectivePage key={which} slug={which} at={Number.isInteger(step) && step >= 1 && step <= 4 ? step - 1 : 2} />;
    }
    default:
      return null;
  }
}

export function App() {
  const address = useAddress();
  const { theme, choice, next, choose } = useTheme();
  const [tongue, setTongue] = useState<Tongue>(() => firstTongue(address.search));
  const spoken = useMemo(() => speech(tongue), [tongue]);
  // Whoever was signed in in this tab is again, before anything is asked.
  const [known, setKnown] = useState<boolean | ApiError>(refreshToken() === null);
  const recognise = (): void => {
    setKnown(false);
    void renewed().then((renewal) => {
      forget();
      setKnown(typeof renewal === "string" || notRenewed(renewal));
    });
  };
  useEffect(() => {
    if (!known) recognise();
  }, []);
  useEffect(() => {
    document.documentElement.lang = tongue;
  }, [tongue]);
  const main = useRef<HTMLElement>(null);
  // Paper can't be clicked: what is folded is unfolded there.
  useEffect(() => {
    const unfold = (): void => document.querySelectorAll<HTMLDetailsElement>("main details:not([open])").forEach((one) => {
      if (one.closest(".explore-filters")) return;
      one.open = true;
      one.dataset.unfolded = "";
    });
    const fold = (): void => document.querySelectorAll<HTMLDetailsElement>("details[data-unfolded]").forEach((one) => {
      one.open = false;
      delete one.dataset.unfolded;
    });
    addEventListener("beforeprint", unfold);
    addEventListener("afterprint", fold);
    return () => {
      removeEventListener("beforeprint", unfold);
      removeEventListener("afterprint", fold);
    };
  }, []);
  useScrolling(address, viewAt(address.path) !== undefined, main);
  if (address.path === EMBEDDED) {
    return (
      <SpeechContext.Provider value={spoken}>
        <ThemeContext.Provider value={theme}>
          <Boundary at={address.search}>
            <Embedded address={address} />
          </Boundary>
        </ThemeContext.Provider>
      </SpeechContext.Provider>
    );
  }
  return (
    <SpeechContext.Provider value={spoken}>
      <ThemeContext.Provider value={theme}>
        <a class="skip" href="#content">
          {spoken.t.skip}
        </a>
        <Header
          address={address}
          choice={choice}
          next={next}
          choose={choose}
          speak={(next) => {
            setTongue(next);
            rememberTongue(next);
            // What is chosen here counts from now on, not what the address began with.
            navigate(withoutTongue(location), true);
          }}
        />
        <main id="content" ref={main} tabIndex={-1}>
          {known === true ? (
            <Boundary at={address.path + address.search}>{pageAt(address) ?? <NotFound />}</Boundary>
          ) : (
            <div class="page">{known ? <Failed error={known} again={recognise} /> : <Loading lines={8} />}</div>
          )}
        </main>
        {!viewAt(address.path) && (
          <>
            <p class="print-foot">{location.href}</p>
            <Footer />
          </>
        )}
      </ThemeContext.Provider>
    </SpeechContext.Provider>
  );
}

function NotFound() {
  const { t } = useSpeech();
  useTitle(t.state.notFound);
  return (
    <div class="page">
      <h1 class="unseen">{t.state.notFound}</h1>
      <Empty title={t.state.notFound} help={t.state.notFoundHelp}>
        <a class="button primary" href="/">
          {t.state.backToMap}
        </a>
      </Empty>
    </div>
  );
}
