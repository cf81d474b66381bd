// Signing up, proving the address, signing in.

import { h, icon, show, toast } from "./dom.js";
import { resend, signIn, signUp, verify } from "./session.js";

const BASE = "/_local/reader";
const WORDS = "amber badger cobalt drizzle ember fathom gingko hollow indigo juniper kettle lantern marble nettle orchard pepper quartz ripple saffron thistle umbra velvet willow yonder zephyr".split(" ");

export function passphrase() {
  const picks = crypto.getRandomValues(new Uint32Array(5));
  return [...picks].map(pick => WORDS[pick % WORDS.length]).join("-");
}

export const field = (name, label, properties, note) => h("label", { class: "labelled" }, h("span", {}, label),
  h("input", { class: "field", name, ...properties }), note ? h("small", {}, note) : null);

/** A form whose button rests while it works, and which says what went wrong. */
export function form(title, lead, fields, action, work) {
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const button = h("button", { class: "button main", type: "submit" }, action);
  return h("form", { class: "box form", novalidate: true, onsubmit: async event => {
    event.preventDefault();
    button.disabled = true;
    wrong.hidden = true;
    try {
      await work(Object.fromEntries(new FormData(event.target)));
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
    button.disabled = false;
  } }, h("h1", {}, title), lead ? h("p", { class: "muted" }, lead) : null, fields, wrong, button);
}

function welcome({ go }) {
  const password = field("password", "Password", { type: "text", autocomplete: "off", required: true, value: passphrase(), spellcheck: "false" },
    "Made up for you; any with 15 characters that nobody guesses will do.");
  return h("div", { class: "welcome" },
    h("section", { class: "pitch" }, h("h1", {}, "Read comics. Earn a little. Pass it on."),
      h("p", {}, "Each comic that you finish brings NWT to your wallet, and you can tip other readers with it.")),
    h("div", {}, form("Sign up", null, [
      field("name", "Name", { autocomplete: "nickname", maxlength: 64, placeholder: "Ada" }),
      field("email", "Email address", { type: "email", autocomplete: "email", required: true, placeholder: "ada@example.com" }), password,
    ], "Sign up", async values => {
      await signUp(values.email.trim(), values.password, values.name.trim());
      sessionStorage.setItem("nerdwork-address", values.email.trim());
      await go("/check-mail");
    }), h("p", { class: "beside" }, "You have an account? ", h("a", { href: `${BASE}/sign-in` }, "Sign in"))));
}

function checkMail() {
  const address = sessionStorage.getItem("nerdwork-address") ?? "";
  const again = h("button", { class: "button", type: "button", onclick: async () => {
    try {
      await resend(address);
      toast("Another mail is on its way; the newest link counts.");
    } catch (error) {
      toast(error.message, "bad");
    }
  } }, "Send it again");
  return h("section", { class: "box center" }, icon("mail"), h("h1", {}, "Check your mail"),
    h("p", {}, "We have written to ", h("b", {}, address || "you"), ". The link in the mail opens your account."),
    h("p", { class: "muted" }, "Nothing leaves this machine: the mail lies in the console."),
    h("p", { class: "buttons" }, h("a", { class: "button main", href: "/_local#mail", target: "_blank", rel: "noopener" }, "Open the mailbox"), address ? again : null));
}

/** The secret of a mail's link: read once, and taken out of the address, so that it lands in no history and no picture. */
export function mailToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  history.replaceState(null, "", location.pathname);
  return token;
}

async function verifyEmail({ go }) {
  const token = mailToken();
  if (!token) return h("section", { class: "box center" }, h("h1", {}, "This link is not whole"), h("p", {}, "Please open the one in the mail."));
  const box = h("section", { class: "box center" }, icon("mail"), h("h1", {}, "Confirming your address …"));
  const done = user => {
    toast(`Welcome, ${user.display_name || user.email}!`);
    return go("/comics");
  };
  (async () => {
    try {
      await done(await verify(token));
    } catch (error) {
      if (error.code === "proof_required" || error.code === "csrf_rejected") {
        show(box, form("One more thing", error.message, [field("password", "Password", { type: "password", autocomplete: "current-password" })],
          "Confirm", async values => done(await verify(token, values.password))));
      } else {
        show(box, icon("mail"), h("h1", {}, "That did not work"), h("p", { role: "alert" }, error.message), h("p", {}, h("a", { class: "button", href: `${BASE}/sign-in` }, "Sign in")));
      }
    }
  })();
  return box;
}

function signInPage({ go }) {
  return h("div", { class: "narrow" }, form("Sign in", null, [
    field("email", "Email address", { type: "email", autocomplete: "username", required: true }),
    field("password", "Password", { type: "password", autocomplete: "current-password", required: true }),
  ], "Sign in", async values => {
    await signIn(values.email.trim(), values.password);
    await go("/comics");
  }), h("p", { class: "beside" }, "New here? ", h("a", { href: `${BASE}/` }, "Sign up"), " · ", h("a", { href: `${BASE}/forgot-password` }, "Forgot your password?")));
}

export const accountPages = { "/": welcome, "/check-mail": checkMail, "/verify-email": verifyEmail, "/sign-in": signInPage };
