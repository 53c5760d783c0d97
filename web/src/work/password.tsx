// Where the links of letters lead: an invitation, a new password. The token stands behind the hash, in no server's log.

import { useState } from "preact/hooks";
import { demand, forget } from "../api/client.ts";
import { AcceptInvitationDocument, ResetPasswordDocument } from "../api/generated.ts";
import { begin } from "../api/session.ts";
import { useSpeech } from "../i18n/index.ts";
import { navigate } from "../lib/router.ts";
import { PageHead } from "../pages/page.tsx";
import { Empty } from "../parts/states.tsx";
import { Field, Refused, useWrite } from "./parts.tsx";

/** Read each time: a second link may be opened in the same tab. */
const tokenHere = (): string | null => new URLSearchParams(location.hash.slice(1)).get("token");

export function ChoosePasswordPage({ invited }: { invited: boolean }) {
  const { t } = useSpeech();
  const [password, setPassword] = useState("");
  const { busy, error, run, fieldError } = useWrite();
  const token = tokenHere();
  const choose = () => void run(async () => {
    const token = tokenHere();
    if (!token) return;
    const session = invited
      ? (await demand(AcceptInvitationDocument, { token, password })).acceptInvitation
      : (await demand(ResetPasswordDocument, { token, password })).resetPassword;
    if (!session) return;
    begin(session.accessToken, session.refreshToken);
    forget();
    navigate("/travail", true);
  });
  return (
    <div class="page narrow">
      <PageHead over={t.name} title={invited ? t.work.invited : t.work.newPassword} />
      {token ? (
        <form class="panel stack" onSubmit={(event) => { event.preventDefault(); choose(); }}>
          <Field label={t.work.choosePassword} value={password} onInput={setPassword} type="password" autocomplete="new-password" required error={fieldError("password")} />
          <Refused error={error} />
          <p>
            <button type="submit" class="button primary" aria-disabled={busy} disabled={!password}>
              {t.work.save}
            </button>
          </p>
        </form>
      ) : (
        <Empty title={t.work.noToken} help={t.work.noTokenHelp} />
      )}
    </div>
  );
}
