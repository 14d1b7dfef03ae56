// What was sent and is not acknowledged yet. It is kept on this device until it has arrived, goes out by itself as soon
// as there is a connection, also from another tab or another day, and arrives once: its key is made once.

import { upload } from "./upload.js";

/** Entries that may not be kept on this device, or cannot be; they live as long as this page. */
const here = new Map();
/** Who is told when an entry arrives later, by key. Answers whether anybody saw it. */
const waiting = new Map();
/** Told when there is something to tell. */
let teller = () => {};

/** One transaction on the outbox. Fails where storage is forbidden. */
const store = (mode, act) =>
  new Promise((done, fail) => {
    const opening = indexedDB.open("porchlight", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
    opening.onerror = fail;
    opening.onsuccess = () => {
      const db = opening.result;
      const deed = db.transaction("outbox", mode);
      const asked = act(deed.objectStore("outbox"));
      deed.oncomplete = () => done(asked.result, db.close());
      deed.onabort = (event) => fail(event, db.close());
    };
  });

/**
 * The loader looks for an empty database of this name: without it, nothing is fetched before somebody means it. To ask
 * whether one is there takes a page no time; the first look into `localStorage` stops it for longer than all else we do.
 */
const FLAG = "porchlight!";
const raise = () =>
  new Promise((done, fail) => {
    const opening = indexedDB.open(FLAG);
    opening.onerror = fail;
    opening.onsuccess = () => done(opening.result.close());
  });

const all = async () => [...here.values(), ...(await store("readonly", (box) => box.getAll()).catch(() => []))];

/** Whether it is kept on this device, and not in this page only. */
async function put(entry) {
  if (!entry.shared) {
    try {
      await raise();
      await store("readwrite", (box) => box.put(entry));
      return true;
    } catch {}
  } else await erase(entry.key);
  here.set(entry.key, entry);
  return false;
}

/** Leaves nothing of an entry on this device. */
async function erase(key) {
  try {
    await store("readwrite", (box) => box.delete(key));
    if (!(await store("readonly", (box) => box.count()))) indexedDB.deleteDatabase(FLAG);
  } catch {}
}

/** Takes an entry out of the outbox. */
export async function withdraw(key) {
  here.delete(key);
  waiting.delete(key);
  await erase(key);
}

/** One tab at a time sends an entry; where locks are missing or forbidden, the server still makes one inquiry of it. */
async function locked(key, act) {
  let begun;
  try {
    return await navigator.locks.request("porchlight." + key, () => ((begun = true), act()));
  } catch (error) {
    if (begun) throw error;
    return act();
  }
}

/** Asks, and reads JSON; a network's own page is none. */
const json = async (address, options) => {
  const answer = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout(6e4), ...options });
  return { status: answer.status, wait: +answer.headers.get("retry-after") || 5, body: await answer.json().catch(() => null) };
};

/** Whether somebody answers at all there, be it in words that we may not read. */
const answers = (base) =>
  fetch(base + "/token", { mode: "no-cors", credentials: "omit", cache: "no-store" }).then(
    () => true,
    () => false,
  );

/** A token for the same visit; the old one where there is none to be had. */
export async function renewed(base, token) {
  const answer = await json(base + "/token?renew=" + token);
  return answer.body?.token || token;
}

const LATER = [0, 403, 408, 425, 429, 511];
const isLater = (status) => LATER.includes(status) || status >= 500;

/** Sends an entry, its files first. Gives status, seconds to wait, and the body; status 0 means no connection. */
async function attempt(entry) {
  const { key, base, body, files } = entry;
  let outcome = { status: 0 };
  for (let tries = 0; tries < 3; tries++) {
    try {
      for (const file of files.filter((file) => !file.id)) {
        await upload(file, base, body.token, () => {});
        await put(entry);
      }
      for (const file of files) body.answers[file.field] = files.filter((other) => other.field == file.field).map((f) => f.id);
      outcome = await json(base + "/inquiries", {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": key },
      });
    } catch (error) {
      outcome = error.status ? error : { status: (await answers(base)) ? 502 : 0 };
    }
    // Not our server's words: something between is broken, and may be mended.
    if (outcome.status >= 400 && !outcome.body?.code && !isLater(outcome.status)) return { status: 502 };
    const codes = outcome.body?.errors?.map((error) => error.code) || [];
    // A network that answers in our place, before one has signed in to it.
    if (outcome.status < 300 && outcome.status && !outcome.body?.reference) return { status: 511 };
    if (outcome.body?.code == "token_expired") {
      try {
        body.token = await renewed(base, body.token);
      } catch {
        return { status: 0 };
      }
    } else if (codes.includes("file_gone") && files.every((file) => file.blob)) {
      // It waited for longer than files are kept unclaimed.
      for (const file of files) file.id = file.address = "";
    } else break;
  }
  return outcome;
}

/**
 * Sends an inquiry to `base`, the district's part of the API, under its key. `body` and `note` are JSON: what the API
 * takes, and what is needed to tell of it on another day. Gives `[status, seconds to wait, body, whether it is kept on
 * this device]`; where it has to wait, `arrived(status, body)` is called later and tells whether somebody saw it.
 */
export async function send(key, base, body, note, files, shared, arrived) {
  const entry = { ...JSON.parse(note), key, base, body: JSON.parse(body), files, shared, at: Date.now() };
  const kept = await put(entry);
  waiting.set(key, arrived);
  const { status, wait, body: answer } = await locked(key, async () => {
    const outcome = await attempt(entry);
    // It arrived, or will not arrive as it is: then it is the form's again.
    if (!isLater(outcome.status)) await withdraw(key);
    return outcome;
  });
  if (!isLater(status)) return [status, wait, answer, null];
  later();
  return [status, wait, answer, kept];
}

/**
 * A form that is opened again asks for what it sent before under its key: the files of an entry that waits, or nothing.
 * From now on `arrived` is told.
 */
export async function rejoin(key, arrived) {
  const entry = (await all()).find((entry) => entry.key == key && !settled(entry));
  if (entry) waiting.set(key, arrived);
  return entry?.files;
}

let timer;
let delay = 2e3;
/** Tries again after a while, and as soon as the browser says that there is a connection. */
function later() {
  clearTimeout(timer);
  timer = setTimeout(flush, delay + Math.random() * 1e3);
  delay = Math.min(delay * 2, 3e5);
}
addEventListener("online", () => {
  delay = 2e3;
  flush();
});

/** The screen is about to change under somebody's finger: a press that was meant for what stood there goes nowhere. */
function shield() {
  const stop = (event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener("click", stop, true);
  setTimeout(() => removeEventListener("click", stop, true), 500);
}

const DAY = 864e5;
/** Too long ago to go out unasked; or the clock was set back since, and nobody knows how long ago. */
const isOld = (entry) => entry.at > Date.now() + DAY || entry.at < Date.now() - entry.days * DAY;
/** It has its answer. */
const settled = (entry) => entry.receipt || entry.refused;
/** Nothing more becomes of it by itself: people are to be told, or asked. */
const rests = (entry) => settled(entry) || (isOld(entry) && !waiting.has(entry.key));

/** Sends what waits. */
async function flush() {
  let left = false;
  for (const { key } of (await all()).filter((entry) => !rests(entry))) {
    await locked(key, async () => {
      // Another tab may have been quicker, or somebody has changed the words.
      const entry = (await all()).find((entry) => entry.key == key && !settled(entry));
      if (!entry) return;
      const told = waiting.get(key);
      const { status, body } = await attempt(entry);
      // Sent once more meanwhile, perhaps with other words: who sent it hears what became of that.
      if (isLater(status) || waiting.get(key) != told) return (left = true);
      if (told?.(status, body)) return shield(), withdraw(key);
      // Of what has arrived only how to find it is kept.
      if (status < 300) Object.assign(entry, { receipt: body, body: null, files: [], draft: "" });
      else entry.refused = true;
      await put(entry);
    });
  }
  if (left) later();
  await news();
}

/** Tells what arrived meanwhile, what did not, and asks about what is old. */
async function news() {
  const entries = (await all()).filter(rests);
  teller(
    entries.map((entry) => ({
      ...entry,
      /** Sends what is old after all. */
      send: async () => {
        entry.at = Date.now();
        await put(entry);
        await flush();
      },
      /** Seen, or not wanted any more. */
      done: async () => {
        await withdraw(entry.key);
        await news();
      },
    })),
  );
}

/** From now on `tell` is given what there is to tell; what waits is sent. */
export function wake(tell) {
  teller = tell;
  return flush();
}
