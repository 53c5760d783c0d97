// How both sides ask: what is refused, what may be tried again, and what should never be answered.

/// Codes that say: not now, try again.
const LATER = new Set(["UNAVAILABLE", "TIMEOUT"]);

/// A refusal with a code of the API.
export class Refused extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/// Nobody knows whether it was done: no answer came, or one that says to try again.
export class Unknown extends Error {}

/// What was answered that should not have been; how often each answer that asks to come back came.
export const heard = { wrong: [], later: new Map() };

const count = (what) => heard.later.set(what, (heard.later.get(what) ?? 0) + 1);

/// Asks; the data, or a refusal, or nobody knows.
export async function ask(service, query, variables, token) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if (token) headers.authorization = `Bearer ${token}`;
  let status;
  let answer;
  try {
    const sent = { method: "POST", headers, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(30_000) };
    const response = await fetch(`${service}/graphql`, sent);
    status = response.status;
    answer = await response.json();
  } catch (error) {
    // The service itself never goes away.
    heard.wrong.push(`no answer: ${error.cause?.message ?? error.message}`);
    throw new Unknown(error.message);
  }
  const error = answer.errors?.[0];
  if (!error) {
    if (status !== 200) heard.wrong.push(`status ${status} without an error`);
    return answer.data;
  }
  const code = error.extensions?.code;
  if (LATER.has(code)) {
    count(`${status} ${code}`);
    throw new Unknown(code);
  }
  if (status >= 500 || ["INTERNAL", "VALIDATION", undefined].includes(code)) heard.wrong.push(`${status} ${JSON.stringify(error)}`);
  throw new Refused(code, error.message);
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/// Asks until there is an answer.
export async function insist(...question) {
  for (;;) {
    try {
      return await ask(...question);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      await pause(200);
    }
  }
}
