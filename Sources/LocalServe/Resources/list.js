// A long list of which only the rows in sight are in the document. The newest stands at the top; whoever has scrolled
// away from it keeps the same rows in sight while others arrive.

import { h } from "./dom.js";

const SPARE = 8;

export class List {
  #items = [];
  #rows = new Map();
  #chosen = null;
  #options;

  /** options: rowHeight, label, render(item) -> children, key(item), choose(item or null), placeholder */
  constructor(options) {
    this.#options = options;
    this.space = h("div", { class: "list-space", role: "presentation" });
    this.element = h("div", {
      class: "list", role: "listbox", tabindex: "0", "aria-label": options.label,
      onscroll: () => this.#draw(), onkeydown: event => this.#key(event), onclick: event => this.#click(event),
    }, this.space);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  get chosen() { return this.#chosen; }

  /** The items, the oldest first. `added` of them are new at the end, `dropped` are gone from the front. */
  set(items, added = 0) {
    this.#items = items;
    const { rowHeight } = this.#options;
    const isAway = this.element.scrollTop > rowHeight / 2;
    this.space.style.height = `${items.length * rowHeight}px`;
    if (isAway && added > 0) this.element.scrollTop += added * rowHeight;
    if (this.#chosen && !items.includes(this.#chosen)) this.choose(null);
    this.#draw();
  }

  choose(item) {
    if (item === this.#chosen) return;
    this.#chosen = item;
    this.#draw();
    this.#options.choose(item);
  }

  top() { this.element.scrollTop = 0; }

  #index(item) { return this.#items.length - 1 - this.#items.lastIndexOf(item); }
  #at(index) { return this.#items[this.#items.length - 1 - index]; }

  #draw() {
    const { rowHeight, key } = this.#options;
    const first = Math.max(0, Math.floor(this.element.scrollTop / rowHeight) - SPARE);
    const last = Math.min(this.#items.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / rowHeight) + SPARE);
    const wanted = new Set();
    for (let index = first; index < last; index += 1) {
      const item = this.#at(index);
      wanted.add(key(item));
      this.#place(item, index);
    }
    for (const [name, row] of this.#rows) {
      if (wanted.has(name)) continue;
      row.element.remove();
      this.#rows.delete(name);
    }
    const chosen = this.#chosen && this.#rows.get(key(this.#chosen));
    if (chosen) this.element.setAttribute("aria-activedescendant", chosen.element.id);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #place(item, index) {
    const { rowHeight, key, render } = this.#options;
    let row = this.#rows.get(key(item));
    if (!row || row.version !== item.version || row.item !== item) {
      const element = h("div", { class: "row", role: "option", id: `row-${key(item)}` }, render(item));
      if (row) row.element.replaceWith(element); else this.space.append(element);
      row = { element, item, version: item.version };
      this.#rows.set(key(item), row);
    }
    row.element.style.transform = `translateY(${index * rowHeight}px)`;
    row.element.setAttribute("aria-selected", String(item === this.#chosen));
  }

  #click(event) {
    const element = event.target.closest(".row");
    const row = element && [...this.#rows.values()].find(row => row.element === element);
    if (row) this.choose(row.item);
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#options.rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Escape") return this.choose(null);
    if (!(event.key in steps) || !this.#items.length) return;
    event.preventDefault();
    const from = this.#chosen ? this.#index(this.#chosen) : -1;
    const index = Math.max(0, Math.min(this.#items.length - 1, from + steps[event.key]));
    this.choose(this.#at(index));
    const { rowHeight } = this.#options;
    const top = this.element.scrollTop, height = this.element.clientHeight;
    if (index * rowHeight < top) this.element.scrollTop = index * rowHeight;
    else if ((index + 1) * rowHeight > top + height) this.element.scrollTop = (index + 1) * rowHeight - height;
  }
}
