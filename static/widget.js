// What the loader and the landing page import. WASM and settings come at the same time; then the form.
import init, * as form from "./form.js";
import { wake } from "%outbox.js%";
import css from "./widget.css";

/** For pages with a form of their own: what is sent through here waits, and arrives once, too. */
export { send } from "%outbox.js%";

const here = (path) => new URL(path, import.meta.url);

/** The page's policy forbids something; to ask again would only fill its console. */
let forbidden;
document.addEventListener("securitypolicyviolation", (event) => {
  forbidden ||= event.blockedURI.startsWith(here("/").origin) || /^wasm/.test(event.blockedURI);
});

/** What is fetched once and kept; a failure is forgotten after a second, so that the next try tries again. */
const kept = {};
const once = (key, fetch) =>
  (kept[key] ||= fetch().catch((error) => {
    setTimeout(() => forbidden || delete kept[key], 1e3);
    throw error;
  }));

const wasm = () => once("wasm", () => init());

/** The settings for this build, in one language. Asked for at a hover, they wait a while for the click. */
const settings = (options) => {
  const query = new URLSearchParams({ build: "%form_bg.wasm%" });
  for (const name of ["lang", "color", "campaign"]) if (options[name]) query.set(name, options[name]);
  const address = here("/api/v1/districts/" + options.district + "/widget?" + query);
  return once(address, async () => {
    const answer = await fetch(address, { credentials: "omit" });
    if (!answer.ok) throw answer;
    // What is in them counts for one visit.
    setTimeout(() => delete kept[address], 6e4);
    return new Uint8Array(await answer.arrayBuffer());
  });
};

/** Whoever chose a language in this tab keeps it, whatever the page is written in. */
const chosen = (options) => {
  try {
    return { ...options, lang: sessionStorage.getItem("porchlight.lang") || options.lang };
  } catch {
    return options;
  }
};

const sheet = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};

let ours;
/** In a shadow root behind the loader's sheet, ours; our own pages have theirs already. */
const dress = (root, ...themes) => {
  ours ||= sheet(css);
  if (root.host) root.adoptedStyleSheets = [root.adoptedStyleSheets[0], ours, lifted, ...themes.map(sheet)];
};

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** What became of something that could not go out at once, each with what can be done about it. */
function note(entry) {
  const { words, receipt } = entry;
  const button = (text, onclick) => make("button", { type: "button", className: "link", onclick }, text);
  const ways = [];
  if (receipt) ways.push(make("a", { href: receipt.status_url, target: "_blank", rel: "noopener noreferrer" }, words.page));
  else if (entry.refused) ways.push(button(words.open, () => again(entry)));
  else ways.push(button(words.send, entry.send));
  ways.push(button(receipt ? words.done : words.discard, entry.done));
  const text = receipt ? words.arrived : entry.refused ? words.refused : words.old;
  const known = receipt ? [make("strong", {}, receipt.reference), words.hear.replace("{0}", receipt.due_text)] : [];
  const lines = [[text], known, ways].filter((line) => line.length);
  return make("section", { className: "outbox", lang: entry.lang, dir: "auto" }, ...lines.map((line) => make("p", {}, ...line)));
}

/** Opens the form of an entry with all that was typed. */
async function again(entry) {
  const { base, campaign, door, draft, place, topic } = entry;
  try {
    sessionStorage.setItem(place, draft);
    // What is not written down elsewhere stays here.
    if (draft) await entry.done();
  } catch {}
  // Through the door by which it came: each has its own draft. A page of ours is that door itself.
  if (self.Porchlight) self.Porchlight.open({ topic: door, campaign });
  else location = base.replace("/api/v1/districts", "") + "/" + topic + (campaign && "?c=" + campaign);
}

let notes;
/** Sends what waits, and says in `root` what became of it. */
export const attend = (root) =>
  wake(async (entries) => {
    if (!notes && !entries.length) return;
    if (!notes) {
      if (root.host && root.adoptedStyleSheets.length < 2) dress(root);
      // First the place, then what is said in it: otherwise nothing is read aloud.
      notes = make("div", { className: "outboxes", role: "status" });
      root.prepend(notes);
    }
    notes.replaceChildren(...entries.map(note));
  });

let dialog;
const lifted = new CSSStyleSheet();
/**
 * Where a keyboard comes up over the page, the dialog keeps to what is left of the screen; and when the screen is turned
 * or zoomed, what has the focus stays in sight.
 */
const fit = ({ type }) => {
  const { height, offsetTop, scale } = visualViewport;
  const whole = dialog.open && scale < 1.01;
  const covered = whole && innerHeight - height > 99;
  lifted.replaceSync(
    covered ? `dialog{top:${offsetTop}px!important;bottom:auto!important;height:${height}px!important;min-height:0!important}` : "",
  );
  if (whole && type == "resize") dialog.getRootNode().activeElement?.scrollIntoView({ block: "nearest" });
};

/** Somebody is about to open the form, or something waits to be sent. What fails here fails again where it is needed. */
export const prepare = (options, root) => {
  for (const begun of [wasm(), settings(chosen(options))]) begun.catch(() => {});
  // The form first: what waits has time.
  setTimeout(attend, 500, root);
};

/** The widget of a later build, once it has taken over. */
let later;

/**
 * Opens the form in `host`, an element of a shadow root. `options` has `district` and perhaps `topic`, `school`,
 * `campaign`, `lang`, `color`, `prefill`. `tell("sent", …)` is called with the reference, `close` when somebody is done.
 * Fails when something is missing or forbidden.
 */
export async function open(host, options, tell, close) {
  const turn = (host.turn = {});
  const root = host.getRootNode();
  const asked = chosen(options);
  try {
    const [bytes] = await Promise.all([settings(asked), wasm()]);
    // Closed meanwhile, or opened again for something else: this call has nothing more to say.
    if (host.turn != turn || host.closest("dialog:not([open])")) return;
    const notify = (what, detail) =>
      what == "close" ? close() : what == "lang" ? open(host, { ...options, lang: detail }, tell, close) : tell(what, { reference: detail });
    const theme = form.show(host, { base: here("/").origin, page: location.href, ...asked }, bytes, notify);
    dress(root, theme);
    if (!dialog && (dialog = host.closest("dialog"))) for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, fit);
  } catch (error) {
    // The server is of a later build than this page: its widget takes over.
    if (error.status != 409 || options.later) throw error;
    later = await import(here("widget.js"));
    await later.open(host, { ...options, later: true }, tell, close);
  }
}

/** Takes the dialog's form away; its draft stays. */
export const close = () => (later || form).close();

/** Takes the form of a landing page over, keeping what was typed. */
export async function enhance(page) {
  const options = { base: here("/").origin, ...page.dataset };
  const [bytes] = await Promise.all([settings(options), wasm()]);
  form.enhance(page, options, bytes, () => {});
}
