// What has happened, as the server tells it: one long poll after the other, and the latest entries kept.

import { get } from "./api.js";

const KEPT = 4000;
const WAIT = 20000;
const PAGE = 500;

export class Journal extends EventTarget {
  items = [];
  state = "connecting";
  /** Whether everything that the server has kept was read. */
  isCaughtUp = false;
  #last = 0;
  #run = null;
  // Those that others belong to: events and requests, by kind and id.
  #owners = new Map();
  #caused = new Map();

  /** Polls as long as the page lives; rests while nobody sees it. */
  async follow() {
    for (let failures = 0; ;) {
      await this.#visible();
      try {
        const answer = await get(`journal?after=${this.#last}&wait=${this.isCaughtUp && this.state === "live" ? WAIT : 0}&limit=${PAGE}`, AbortSignal.timeout(WAIT + 10000));
        failures = 0;
        this.#setState("live");
        this.#take(answer);
      } catch {
        failures += 1;
        this.#setState("lost");
        await new Promise(resolve => setTimeout(resolve, Math.min(5000, 250 * 2 ** failures)));
      }
    }
  }

  /** Invocations that an event, a request or a schedule caused. */
  causedBy(kind, id) { return this.#caused.get(`${kind}:${id}`) ?? []; }

  clear() {
    this.items = [];
    this.#owners.clear();
    this.#caused.clear();
    this.dispatchEvent(new CustomEvent("entries", { detail: { added: [], isNew: true } }));
  }

  #visible() {
    if (!document.hidden) return Promise.resolve();
    return new Promise(resolve => document.addEventListener("visibilitychange", resolve, { once: true }));
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #take(answer) {
    const isNew = this.#run !== null && this.#run !== answer.run;
    if (isNew) {
      // The stack was started again, and counts from 1.
      this.#last = 0;
      this.#run = answer.run;
      this.isCaughtUp = false;
      this.clear();
      return;
    }
    this.#run = answer.run;
    this.#last = answer.last;
    const added = answer.entries.map(entry => this.#item(entry));
    const wasCaughtUp = this.isCaughtUp;
    this.isCaughtUp ||= added.length < PAGE;
    if (!added.length && wasCaughtUp) return;
    this.items.push(...added);
    if (this.items.length > KEPT) this.#forget(this.items.splice(0, this.items.length - KEPT));
    this.dispatchEvent(new CustomEvent("entries", { detail: { added, isNew: false } }));
  }

  #item(entry) {
    const item = { ...entry, version: 0, deliveries: [] };
    if (entry.kind === "event" || entry.kind === "request") this.#owners.set(`${entry.kind}:${entry.id}`, item);
    if (entry.kind === "delivery") {
      const event = this.#owners.get(`event:${entry.source}`);
      if (event) {
        event.deliveries.push(item);
        event.version += 1;
        item.event = event;
      }
    }
    if (entry.kind === "invocation") {
      const key = `${entry.cause.kind}:${entry.cause.id ?? ""}`;
      const list = this.#caused.get(key) ?? [];
      list.push(item);
      this.#caused.set(key, list.slice(-50));
      const owner = this.#owners.get(key);
      if (owner) owner.version += 1;
    }
    return item;
  }

  #forget(items) {
    for (const item of items) {
      if (item.kind === "event" || item.kind === "request") this.#owners.delete(`${item.kind}:${item.id}`);
      if (item.kind === "invocation") {
        const key = `${item.cause.kind}:${item.cause.id ?? ""}`;
        const left = (this.#caused.get(key) ?? []).filter(other => other !== item);
        if (left.length) this.#caused.set(key, left); else this.#caused.delete(key);
      }
    }
  }
}
