// The shelf, and one comic: reading it to its end is what the comic service would report.

import { post } from "./api.js";
import { art, COMICS, WINDOWS } from "./comics.js";
import { h, icon, show, toast } from "./dom.js";
import { plural } from "./format.js";
import { call, currentUser } from "./session.js";

const BASE = "/_local/reader";
const OUTCOMES = {
  "already-counted": "You have been rewarded for this one before.", "daily-cap-reached": "That is all for today: the day's rewards are used up.",
  "wallet-closed": "Your wallet is closed.", blocked: "This read was not rewarded.",
};

async function shelf() {
  const summary = h("p", { class: "muted" }, " ");
  call("GET", "/loyalty/me").then(me => {
    summary.textContent = `${plural(me.today.reads, "read")} today, ${me.today.pointsLeft} NWT still to earn${me.streakDays > 1 ? `, ${me.streakDays} days in a row` : ""}.`;
  }).catch(error => toast(error.message, "bad"));
  return h("section", {}, h("header", { class: "lead" }, h("h1", {}, "New this week"), summary),
    h("ul", { class: "shelf" }, COMICS.map(comic => h("li", {}, h("a", { href: `${BASE}/comics/${comic.id}` },
      h("span", { class: "cover" }, art(comic)), h("b", {}, comic.title), h("small", {}, comic.part))))));
}

async function comic({ rest, refreshAccount }) {
  const found = COMICS.find(comic => comic.id === rest);
  if (!found) return h("section", { class: "box center" }, h("h1", {}, "There is no such comic"), h("a", { class: "button", href: `${BASE}/comics` }, "To the shelf"));
  const reward = h("div", { class: "reward", role: "status" });
  const finish = h("button", { class: "button main", type: "button", onclick: () => read(found, finish, reward, refreshAccount) }, "I have read it");
  return h("article", { class: "comic" }, h("a", { class: "button", href: `${BASE}/comics` }, icon("back"), "Shelf"),
    h("header", { class: "lead" }, h("h1", {}, found.title), h("p", { class: "muted" }, found.part)),
    found.panels.map((text, index) => h("figure", { class: "panel-of-comic" }, art(found, WINDOWS[index]), h("figcaption", {}, text))),
    h("footer", { class: "end" }, h("p", { class: "muted" }, "The end, for now."), finish, reward));
}

/** Puts the event on the bus that the comic service would, and waits for what loyalty makes of it. */
async function read(comic, button, place, refreshAccount) {
  button.disabled = true;
  show(place, h("p", { class: "muted" }, "Your read is on its way …"));
  const timestamp = Date.now();
  try {
    await post("events", { source: "nerdwork.comic", detailType: "ComicRead",
      detail: { version: 1, userId: currentUser().id, comicId: comic.id, timestamp } });
    const found = await recorded(comic.id, timestamp);
    show(place, found ? told(found) : h("p", { class: "muted" }, "No answer yet: look into your wallet later."));
    refreshAccount();
  } catch (error) {
    show(place, h("p", { class: "wrong", role: "alert" }, error.message));
    button.disabled = false;
  }
}

async function recorded(comicId, timestamp) {
  for (let tries = 0; tries < 40; tries += 1) {
    await new Promise(resolve => setTimeout(resolve, tries < 10 ? 250 : 700));
    const { reads } = await call("GET", "/loyalty/me/history?limit=10");
    const found = reads.find(read => read.comicId === comicId && read.readAt === timestamp);
    if (found) return found;
  }
  return null;
}

function told(found) {
  if (found.outcome !== "rewarded") return h("p", {}, OUTCOMES[found.outcome] ?? found.outcome);
  const bonus = found.streakBonus ? ` ${found.streakBonus} of it because you read ${plural(found.streakDays, "day")} in a row.` : "";
  return h("div", { class: "earned" }, icon("coin"), h("b", { class: "number" }, `+${found.points + found.streakBonus} NWT`), h("span", {}, `for reading.${bonus}`));
}

export const comicPages = { "/comics": shelf, "/comics/…": comic };
