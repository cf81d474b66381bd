// Schedules: what runs when, and a button that runs it now.

import { get, post } from "./api.js";
import { empty, h, icon, pill, show, toast } from "./dom.js";
import { date, distance } from "./format.js";

export class SchedulesView {
  constructor() {
    this.list = h("ul", { class: "cards" });
    this.clock = h("p", {});
    this.secrets = h("ul", { class: "cards rotated" });
    this.title = h("h2", { class: "part-title", hidden: true }, "Secrets that functions rotate");
    this.element = h("div", { class: "view scrolls" }, h("header", { class: "head" }, h("h1", {}, "Schedules"), this.clock), this.list,
      this.title, this.secrets);
    setInterval(() => { if (this.element.isConnected && !document.hidden) this.open(); }, 5000);
  }

  async open() {
    try {
      const answer = await get("schedules");
      show(this.clock, answer.isShifted ? `The schedules' clock was set: there it is ${date(answer.now)}.` : "What EventBridge Scheduler would invoke, and when next.");
      this.#draw(answer.schedules, answer.now);
      this.#drawSecrets(answer.secrets);
    } catch (error) {
      show(this.list, h("li", {}, empty("schedules", "The schedules cannot be read", error.message)));
    }
  }

  #draw(schedules, now) {
    if (!schedules.length) return show(this.list, h("li", {}, empty("schedules", "No schedules", "template.json has none.")));
    // Rows stay as they are while their buttons are in use.
    if (this.list.querySelector("[disabled]")) return;
    const focused = document.activeElement?.dataset?.schedule;
    show(this.list, schedules.map(schedule => {
      const button = h("button", { class: "button small", type: "button", "data-schedule": schedule.name, onclick: () => this.#run("schedules/run", schedule.name, button) }, icon("play"), "Run now");
      return h("li", { class: "panel card" }, h("div", { class: "card-head" }, h("h2", {}, schedule.name), button),
        h("p", { class: "when-line" }, pill(schedule.function, "first"),
          h("span", { class: "mono muted" }, schedule.expression, schedule.zone && schedule.zone !== "UTC" ? ` ${schedule.zone}` : "")),
        h("ol", { class: "next" }, schedule.next.slice(0, 3).map((at, index) => h("li", { class: index ? "muted" : "" },
          h("b", { class: "number" }, distance(at, now)), h("span", { class: "number" }, date(at))))),
        schedule.next.length ? null : h("p", { class: "muted" }, "It does not run any more."));
    }));
    if (focused) this.list.querySelector(`[data-schedule="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawSecrets(secrets) {
    // The template does not change meanwhile, and buttons stay as they are.
    if (this.secrets.childElementCount) return;
    this.title.hidden = !secrets.length;
    show(this.secrets, secrets.map(secret => {
      const button = h("button", { class: "button small", type: "button", "data-secret": secret.name, onclick: () => this.#run("secrets/rotate", secret.name, button) }, icon("again"), "Rotate");
      return h("li", { class: "panel card" }, h("div", { class: "card-head" }, h("h2", {}, secret.name), pill(secret.function, "first"), button));
    }));
  }

  async #run(path, name, button) {
    button.disabled = true;
    try {
      const answer = await post(path, { name });
      toast(answer.message ?? `${name} ran.`, answer.succeeded ? "" : "bad");
    } catch (error) {
      toast(error.message, "bad");
    }
    button.disabled = false;
    button.focus();
  }
}
