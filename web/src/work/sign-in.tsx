import { useState } from "preact/hooks";
import { demand, forget } from "../api/client.ts";
import { SignInDocument } from "../api/generated.ts";
import { begin } from "../api/session.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { onward } from "../lib/onward.ts";
import { navigate, type Address } from "../lib/router.ts";
import { PageHead } from "../pages/page.tsx";
import { Field, Refused, useWrite } from "./parts.tsx";

const DEMO = ["manager", "editor", "admin", "partner", "analyst"] as const;

export function SignInPage({ address }: { address: Address }) {
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, run } = useWrite();
  const enter = (asEmail: string, asPassword: string) =>
    run(async () => {
      const { signIn } = await demand(SignInDocument, { email: asEmail, password: asPassword });
      if (!signIn) return;
      begin(signIn.accessToken, signIn.refreshToken);
      forget();
      navigate(onward(address.search), true);
    });
  return (
    <div class="page narrow">
      <PageHead over={t.name} title={t.work.signIn} />
      <form
        class="panel stack"
        onSubmit={(event) => {
          event.preventDefault();
          void enter(email, password);
        }}
      >
        <Field label={t.work.email} value={email} onInput={setEmail} type="email" autocomplete="username" required />
        <Field label={t.work.password} value={password} onInput={setPassword} type="password" autocomplete="current-password" required />
        {error && (error.code === "UNAUTHENTICATED" ? <p class="note note-alert" role="alert">{t.work.wrong}</p> : <Refused error={error} />)}
        <p>
          <button type="submit" class="button primary" disabled={busy}>
            {t.work.signIn}
          </button>
        </p>
      </form>
      {config.demo && (
        <section class="stack" aria-labelledby="demo-accounts">
          <h2 id="demo-accounts">{t.work.demo}</h2>
          <p class="small">{t.work.demoHelp}</p>
          <ul class="accounts">
            {DEMO.map((name) => (
              <li key={name}>
                <button type="button" class="button" disabled={busy} onClick={() => void enter(`${name}@demo.maillage.test`, "cooperer-a-dreux")}>
                  {name}@demo.maillage.test
                </button>
                <span class="small">{t.work.demoRoles[name]}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
