// A new password for who has forgotten the old one.

import { field, form, mailToken, passphrase } from "./account.js";
import { h, icon, show, toast } from "./dom.js";
import { forgotPassword, resetPassword } from "./session.js";

const BASE = "/_local/reader";

function forgot() {
  const place = h("div", { class: "narrow" });
  show(place, form("A new password", "If there is an account with this address, it gets a mail with a link.", [
    field("email", "Email address", { type: "email", autocomplete: "username", required: true }),
  ], "Send the link", async values => {
    await forgotPassword(values.email.trim());
    show(place, h("section", { class: "box center" }, icon("mail"), h("h1", {}, "Check your mail"),
      h("p", {}, "The link in it works for half an hour."),
      h("p", { class: "buttons" }, h("a", { class: "button main", href: "/_local#mail", target: "_blank", rel: "noopener" }, "Open the mailbox"))));
  }));
  return place;
}

function reset({ go }) {
  const token = mailToken();
  if (!token) return h("section", { class: "box center" }, h("h1", {}, "This link is not whole"), h("p", {}, "Please open the one in the mail."));
  return h("div", { class: "narrow" }, form("Choose a new password", null, [
    field("password", "New password", { type: "text", autocomplete: "off", required: true, value: passphrase(), spellcheck: "false" }, "Made up for you; choose any other."),
  ], "Save it", async values => {
    await resetPassword(token, values.password);
    toast("Saved: please sign in with it.");
    await go("/sign-in");
  }), h("p", { class: "beside" }, h("a", { href: `${BASE}/sign-in` }, "Sign in")));
}

export const passwordPages = { "/forgot-password": forgot, "/reset-password": reset };
