import { useState } from "preact/hooks";
import { demand, forget, outdate } from "../api/client.ts";
import { SignInDocument } from "../api/generated.ts";
import { begin } from "../api/session.ts";
import { useSpeech } from "../i18n/index.ts";
import { config } from "../lib/config.ts";
import { onward } from "../lib/onward.ts";
import { navigate, type Address } from "../lib/router.ts";
import { PageHead } from "../pages/page.tsx";
import { Field, Refused, SIGN_IN_AGAIN, useWrite } from "./parts.tsx";

const DEMO = ["manager", "editor", "admin", "partner", "analyst"] as const;

type Entering = ReturnType<typeof useWrite> & { enter: (email: string, password: string) => Promise<unknown> };

/** Signs in; what follows is told once the session has begun. */
function useEnter(then: () => void): Entering {
  const write = useWrite();
  return {
    ...write,
    enter: (email, password) =>
      write.run(async () => {
        const { signIn } = await demand(SignInDocument, { email, password });
        if (!signIn) return;
        begin(signIn.accessToken, signIn.refreshToken);
        then();
      }),
  };
}

function SignInForm({ enter, busy, error }: Entering) {
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  return (
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
        <button type="submit" class="button primary" aria-disabled={busy}>
          {t.work.signIn}
        </button>
      </p>
    </form>
  );
}

/** Above a form whose session has ended: whoever signs in here loses nothing of what they had typed. */
export function SignInAgain() {
  const { t } = useSpeech();
  // Nothing on the screen is asked again, lest it take the place of what was typed.
  const entering = useEnter(outdate);
  return (
    <section class="page narrow" id={SIGN_IN_AGAIN} aria-labelledby="sign-in-again">
      <div class="note" role="alert">
        <div>
          <h2 id="sign-in-again">{t.work.ended}</h2>
          <p>{t.work.endedHelp}</p>
        </div>
      </div>
      <SignInForm {...entering} />
    </section>
  );
}

export function SignInPage({ address }: { address: Address }) {
  const { t } = useSpeech();
  const entering = useEnter(() => {
    forget();
    navigate(onward(address.search), true);
  });
  const { enter, busy } = entering;
  return (
    <div class="page narrow">
      <PageHead over={t.name} title={t.work.signIn} />
      <SignInForm {...entering} />
      {config.demo && (
        <section class="stack" aria-labelledby="demo-accounts">
          <h2 id="demo-accounts">{t.work.demo}</h2>
          <p class="small">{t.work.demoHelp}</p>
          <ul class="accounts">
            {DEMO.map((name) => (
              <li key={name}>
                <button type="button" class="button" aria-disabled={busy} onClick={() => void enter(`${name}@demo.maillage.test`, "cooperer-a-dreux")}>
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
