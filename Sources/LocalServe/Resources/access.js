// What the functions' roles allow, and which of it calls have used: a permission that nobody uses may be one too many.

import { get } from "./api.js";
import { empty, h, pill, show } from "./dom.js";
import { number, plural } from "./format.js";

/** `arn:aws:events:us-east-1:123456789012:event-bus/nerdwork` without what is the same everywhere. */
const short = resource => resource.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "");

const isUnused = permission => permission.isPlayed && !permission.uses;

export class AccessView {
  constructor() {
    this.list = h("ul", { class: "cards roles" });
    this.sum = h("p", {});
    this.element = h("div", { class: "view scrolls" }, h("header", { class: "head" }, h("h1", {}, "Roles"), this.sum), this.list);
    setInterval(() => { if (this.element.isConnected && !document.hidden) this.open(); }, 5000);
  }

  async open() {
    try {
      this.#draw((await get("access")).permissions);
    } catch (error) {
      show(this.list, h("li", {}, empty("access", "The roles cannot be read", error.message)));
    }
  }

  #draw(permissions) {
    const unused = permissions.filter(isUnused).length;
    show(this.sum, unused ? `${plural(unused, "permission")} that no call has used since the start.` : "Every permission that can be used here was used.");
    const functions = Map.groupBy(permissions, permission => permission.function);
    if (!functions.size) return show(this.list, h("li", {}, empty("access", "No roles", "No function of template.json has one.")));
    show(this.list, [...functions].map(([name, own]) => h("li", { class: "panel card" },
      h("div", { class: "card-head" }, h("h2", {}, name), own.some(isUnused) ? pill(`${number(own.filter(isUnused).length)} unused`, "warn") : pill("all used", "good")),
      this.#resources(own.filter(permission => permission.isPlayed)), this.#others(own.filter(permission => !permission.isPlayed)))));
  }

  /** What may be done to each resource: the action, and how often it was. */
  #resources(permissions) {
    const resources = Map.groupBy(permissions, permission => permission.resource);
    return h("ul", { class: "permissions" }, [...resources].map(([resource, own]) => h("li", {}, h("span", { class: "mono", title: resource }, short(resource)),
      h("p", { class: "pills" }, own.map(permission => h("span", { class: `pill ${permission.uses ? "good" : "warn"}`, title: `${permission.statement}: ${permission.action}` },
        permission.action.split(":").pop(), " ", h("b", {}, permission.uses ? number(permission.uses) : "unused")))))));
  }

  /** What Lambda itself does with a role is not seen here. */
  #others(permissions) {
    const services = [...new Set(permissions.map(permission => permission.action.split(":")[0]))].sort();
    return permissions.length ? h("p", { class: "muted" }, `Not seen on this machine: ${plural(permissions.length, "permission")} of ${services.join(", ")}.`) : null;
  }
}
