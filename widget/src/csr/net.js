// What the browser does better than WASM: dates in words, storage, focus.

/** A day (`2026-11-22`) or a time (`15:40`) as people say it. */
export const words = (lang, text) =>
  text.includes("-")
    ? new Date(text + "T00:00").toLocaleDateString(lang, { dateStyle: "full" })
    : new Date("2000-01-01T" + text).toLocaleTimeString(lang, { timeStyle: "short", hour12: true });

/** Takes a file back, which the server forgets within a day by itself; or says that an answer helped. Nobody waits for it. */
export const tell = (url, method) => void fetch(url, { method, credentials: "omit" }).catch(() => {});

export const uuid = () =>
  crypto.randomUUID
    ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
        (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16),
      );

/** Storage may be forbidden to us; then there is no draft, and nothing breaks. */
export function keep(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {}
}

export function kept(key) {
  try {
    return sessionStorage.getItem(key) || "";
  } catch {
    return "";
  }
}

/** Moves the focus once the view is there; scrolls no further than needed. Whoever is at work in the page around us is
 * left there. */
export function focus(root, selector) {
  requestAnimationFrame(() => {
    const { activeElement, body } = document;
    const ours = !activeElement || activeElement == body || root.getRootNode().host == activeElement || root.contains(activeElement);
    if (ours) root.querySelector(selector)?.focus();
  });
}

/** Once the browser has drawn what there is. */
export const soon = (act) => void (self.requestIdleCallback || setTimeout)(act, { timeout: 200 });

export const copy = (text) => navigator.clipboard.writeText(text);

export const file = (field, name, id, types, blob) => ({ field, name, id, types, blob });
