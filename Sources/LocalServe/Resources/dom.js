// Builds elements. Text is always text: nothing here, and nothing that uses it, reads HTML out of data.

const SVG = "http://www.w3.org/2000/svg";

/** An element; properties are attributes, `on…` functions listeners, `null` and `false` nothing. */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for SVG. */
export function s(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name === "class" ? "class" : name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

export const icon = name => s("svg", { class: "icon", "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));

export const pill = (text, tone = "") => h("span", { class: `pill ${tone}` }, text);

/** What stands where there is nothing yet. */
export const empty = (name, title, text) =>
  h("div", { class: "empty" }, icon(name), h("strong", {}, title), h("p", {}, text));

/** Replaces the children; does nothing where the view shows the same already. */
export function show(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** A row of facts: name and value. */
export const facts = pairs =>
  h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(
    ([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

/** Says something for some seconds. */
export function toast(text, tone = "") {
  const line = h("div", { class: `toast ${tone}` }, text);
  const place = document.getElementById("toasts");
  while (place.childElementCount > 3) place.firstElementChild.remove();
  place.append(line);
  setTimeout(() => line.remove(), tone === "bad" ? 9000 : 5000);
}
