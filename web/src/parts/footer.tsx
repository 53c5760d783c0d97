import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";

/** Where all of it comes from. */
export function Footer() {
  const { t } = useSpeech();
  return (
    <footer class="site small">
      <p>
        {t.footer.source} {t.footer.nothing}
      </p>
      {config.demo && <p>{t.footer.demo}</p>}
      <p class="row">
        <a href="/graphiql" target="_blank" rel="noopener">
          {t.footer.api}
        </a>
        <a href="/licences.txt" target="_blank" rel="noopener">
          {t.footer.licences}
        </a>
      </p>
    </footer>
  );
}
