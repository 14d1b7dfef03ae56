// What the browser does better than WASM: sending, upload progress, scaling pictures.

/** Sends JSON, or just fetches. Gives [status, seconds to wait, parsed body or null]; throws when offline. */
export async function call(url, body, key) {
  const options = { credentials: "omit" };
  if (body) {
    options.method = "POST";
    options.body = body;
    options.headers = { "content-type": "application/json", "idempotency-key": key };
  }
  const answer = await fetch(url, options);
  const json = await answer.json().catch(() => null);
  return [answer.status, +answer.headers.get("retry-after") || 5, json];
}

/** A picture no larger than it needs to be; anything else, and what cannot be decoded, as it is. */
async function scaled(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 3e5) return file;
  try {
    const picture = await createImageBitmap(file);
    const ratio = Math.min(1, 2560 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * ratio;
    canvas.height = picture.height * ratio;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

/** Uploads one file. Gives [status, parsed body or null]; status 0 means that the network failed. */
export async function upload(url, token, file, progress) {
  const form = new FormData();
  form.append("token", token);
  form.append("file", await scaled(file), file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(Math.round((event.loaded / event.total) * 100) || 0);
    request.onload = () => done([request.status, request.response]);
    request.onerror = request.ontimeout = () => done([0, null]);
    request.send(form);
  });
}

/** A day (`2026-11-22`) or a time (`15:40`) as people say it. */
export const words = (lang, text) =>
  text.includes("-")
    ? new Date(text + "T00:00").toLocaleDateString(lang, { dateStyle: "full" })
    : new Date("2000-01-01T" + text).toLocaleTimeString(lang, { timeStyle: "short", hour12: true });

/** Takes a file back; should it fail, the server forgets it within a day. */
export const forget = (url) => void fetch(url, { method: "DELETE", credentials: "omit" }).catch(() => {});

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

/** Moves the focus once the view is there; scrolls no further than needed. */
export function focus(root, selector) {
  requestAnimationFrame(() => {
    const target = root.querySelector(selector);
    if (target) target.focus();
  });
}

export const copy = (text) => navigator.clipboard.writeText(text);
