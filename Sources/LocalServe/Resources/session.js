// The reader's session: the real routes of this origin, with the refresh token in a cookie that this script never sees.

const FLAG = "nerdwork-reader-signed-in";
let access = null;
let user = null;

export class Problem extends Error {
  constructor(status, body) {
    super(SENTENCES[body?.code] ?? body?.detail ?? body?.message ?? body?.title ?? `The answer was ${status}.`);
    this.status = status;
    this.code = body?.code;
  }
}

const SENTENCES = {
  weak_password: "That password is too easy to guess: at least 15 characters, and nothing common.",
  invalid_email: "That is no address that mail can be sent to.",
  invalid_name: "That name is too long, or has characters that names do not have.",
  invalid_credentials: "The address or the password is wrong.",
  token_invalid: "This link was used already, is too old, or was replaced by a newer one.",
  proof_required: "Another browser asked for this account: please type the password that you chose.",
  insufficient_funds: "There is not as much in your wallet.",
  unknown_recipient: "There is no such reader.",
  self_transfer: "Nobody tips themselves.",
  throttled: "Too many attempts: please wait a little.",
  transfer_refused: "A rule against misuse does not let this pass.",
  unavailable: "The service does not answer: please try again.",
};

export const currentUser = () => user;

async function send(method, path, { body, token, headers } = {}) {
  const response = await fetch(path, {
    method, cache: "no-store", credentials: "same-origin",
    headers: { ...(body ? { "content-type": "application/json" } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

// What no form of a foreign page can send.
const PROTECTION = { "x-nw-csrf": "1" };

function accept(answer) {
  if (answer.status !== "ok") throw new Problem(401, { detail: "This account asks for a second factor, which the demo cannot show." });
  access = answer.access_token;
  user = answer.user;
  localStorage.setItem(FLAG, "1");
  return user;
}

function forget() {
  access = user = null;
  localStorage.removeItem(FLAG);
}

export const signUp = (email, password, name) => send("POST", "/auth/signup", {
  body: { email, password, ...(name ? { display_name: name } : {}), locale: "en" }, headers: { "idempotency-key": crypto.randomUUID() } });

export const resend = email => send("POST", "/auth/signup/resend", { body: { email }, headers: PROTECTION });

export const verify = async (token, password) => accept(await send("POST", "/auth/verify-email", {
  body: { token, ...(password ? { password } : {}) }, headers: PROTECTION }));

export const forgotPassword = email => send("POST", "/auth/password/forgot", { body: { email } });

export const resetPassword = (token, password) => send("POST", "/auth/password/reset", { body: { token, new_password: password } });

export const signIn = async (email, password) => accept(await send("POST", "/auth/login", {
  body: { email, password, device_name: "Reader demo" } }));

export async function signOut() {
  await send("POST", "/auth/logout", { body: {}, headers: PROTECTION }).catch(() => null);
  forget();
}

/** Goes on with the session of the cookie; nobody where there is none. One tab at a time, because each token is good once. */
export async function restore() {
  if (!localStorage.getItem(FLAG)) return null;
  try {
    return await navigator.locks.request("nerdwork-refresh", async () =>
      accept(await send("POST", "/auth/token/refresh", { body: {}, headers: PROTECTION })));
  } catch (error) {
    if (error.status === 401 || error.status === 403) forget();
    return null;
  }
}

/** A request of whoever is signed in; an access token that has ended is renewed once. */
export async function call(method, path, options = {}) {
  try {
    return await send(method, path, { ...options, token: access });
  } catch (error) {
    if (error.status !== 401 || !await restore()) throw error;
    return send(method, path, { ...options, token: access });
  }
}
