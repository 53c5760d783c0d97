import { useEffect, useRef, useState } from "preact/hooks";
import { useSpeech, type Tongue } from "../i18n/index.ts";
import { looked } from "../lib/looked.ts";
import { navigate, type Address } from "../lib/router.ts";
import type { Choice } from "../lib/theme.ts";
import { leave, useSignedIn } from "../work/account.ts";
import { Icon, Logo, type Sign } from "./icons.tsx";
import { SiteSearch } from "./search.tsx";

const LOOK_SIGN: Record<Choice, Sign> = { auto: "auto", light: "sun", dark: "moon" };

interface Props {
  address: Address;
  choice: Choice;
  /** What the button chooses. */
  next: Choice;
  choose: (choice: Choice) => void;
  speak: (tongue: Tongue) => void;
}

export function Header({ address, choice, next, choose, speak }: Props) {
  const { t, tongue } = useSpeech();
  const signedIn = useSignedIn();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [address.path, address.search]);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [open]);
  const back = looked(address);
  const day = new URLSearchParams(back).get("date");
  const pages: [string, string][] = [
    [back ? `/?${back}` : "/", t.nav.explore],
    ["/appels", t.nav.calls],
    ["/collectifs", t.nav.collectives],
    ["/diagnostics", t.nav.diagnoses],
    ["/pratiques", t.nav.practices],
  ];
  const here = (path: string): boolean => (path.startsWith("/?") || path === "/" ? ["/", "/reseau", "/tableau", "/matrice", "/couverture"].includes(address.path) : address.path.startsWith(path));
  return (
    <header class="site">
      <a class="brand" href={day ? `/?date=${day}` : "/"}>
        <Logo />
        <span>
          <strong>{t.name}</strong>
          <small>{t.tagline}</small>
        </span>
      </a>
      <SiteSearch />
      <button type="button" class="icon-button bare menu-button" ref={opener} aria-expanded={open} aria-controls="site-nav" aria-label={t.nav.menu} onClick={() => setOpen(!open)}>
        <Icon name={open ? "close" : "menu"} />
      </button>
      <nav id="site-nav" class={open ? "open" : ""} aria-label={t.nav.label}>
        <ul>
          {pages.map(([path, name]) => (
            <li key={path}>
              <a href={path} aria-current={here(path) ? "page" : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
        <div class="site-tools">
          <button type="button" class="icon-button bare" aria-label={`${t.theme.hint}${tongue === "fr" ? " :" : ":"} ${t.theme[choice]}`} title={`${t.theme.hint}${tongue === "fr" ? " :" : ":"} ${t.theme[choice]}`} onClick={() => choose(next)}>
            <Icon name={LOOK_SIGN[choice]} />
          </button>
          <button type="button" class="tool" lang={tongue === "fr" ? "en" : "fr"} title={t.languageHint} onClick={() => speak(tongue === "fr" ? "en" : "fr")}>
            {t.language}
          </button>
          {signedIn ? (
            <>
              <a class="tool strong" href="/travail" aria-current={address.path.startsWith("/travail") ? "page" : undefined}>
                <Icon name="person" size={18} /> {t.nav.work}
              </a>
              <button type="button" class="tool" onClick={() => void leave().then(() => navigate("/"))}>
                {t.nav.signOut}
              </button>
            </>
          ) : (
            <a class="tool strong" href="/connexion">
              <Icon name="person" size={18} /> {t.nav.signIn}
            </a>
          )}
        </div>
      </nav>
    </header>
  );
}
