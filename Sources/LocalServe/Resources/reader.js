// The reader's demo: which page stands under which path.

import { h, icon, pill, show, toast } from "./dom.js";
import { number } from "./format.js";
import { accountPages } from "./account.js";
import { passwordPages } from "./password.js";
import { comicPages } from "./shelf.js";
import { walletPage } from "./wallet.js";
import { call, currentUser, restore, signOut } from "./session.js";

const BASE = "/_local/reader";
const page = document.getElementById("page");

/** Paths that mails lead to as well (Sources/MailTemplates). */
const PAGES = { ...accountPages, ...passwordPages, ...comicPages, "/wallet": walletPage };
const OPEN = new Set(["/", "/sign-in", "/check-mail", "/verify-email", "/forgot-password", "/reset-password"]);

export function go(path) {
  history.pushState(null, "", BASE + path);
  return draw();
}

async function draw() {
  let path = location.pathname.slice(BASE.length).replace(/\/$/, "") || "/";
  const rest = path.startsWith("/comics/") ? decodeURIComponent(path.slice(8)) : "";
  if (rest) path = "/comics/…";
  if (path === "/" && currentUser()) path = "/comics";
  const make = PAGES[path];
  if (!make) return show(page, lost());
  if (!OPEN.has(path) && !currentUser()) return go("/sign-in");
  drawAccount();
  show(page, await make({ go, rest, refreshAccount: drawAccount }));
  scrollTo(0, 0);
  page.focus({ preventScroll: true });
}

const lost = () => h("section", { class: "box empty" }, icon("lost"), h("strong", {}, "The demo has no such page"),
  h("p", {}, "The web site has one; here are signing up, reading and the wallet."), h("a", { class: "button", href: `${BASE}/` }, "To the start"));

async function drawAccount() {
  const user = currentUser();
  const place = document.getElementById("account");
  if (!user) return show(place, h("a", { class: "button", href: `${BASE}/sign-in` }, "Sign in"));
  const balance = h("b", { class: "number" }, "…");
  show(place, h("a", { class: "purse", href: `${BASE}/wallet`, title: "Your wallet" }, icon("coin"), balance, "NWT"),
    h("span", { class: "who" }, user.display_name || user.email), user.role === "reader" ? null : pill(user.role),
    h("button", { class: "button", type: "button", onclick: leave }, "Sign out"));
  try {
    balance.textContent = number((await call("GET", "/wallet")).balance);
  } catch (error) {
    balance.textContent = "?";
    toast(error.message, "bad");
  }
}

async function leave() {
  await signOut();
  toast("You are signed out.");
  drawAccount();
  go("/sign-in");
}

document.addEventListener("click", event => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(BASE)) return;
  event.preventDefault();
  go(url.pathname.slice(BASE.length) || "/");
});
addEventListener("popstate", draw);
await restore();
draw();
