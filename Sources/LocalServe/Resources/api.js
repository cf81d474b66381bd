// The console's own interface, on this origin.

const BASE = "/_local/api/";

export class Refused extends Error {}

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body?.error ?? `The answer was ${response.status}.`);
  return body;
}

export const get = async (path, signal) => answer(await fetch(BASE + path, { signal, cache: "no-store" }));

export const post = async (path, body) => answer(await fetch(BASE + path, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) }));
