// The loader. Draws the launcher in a shadow root; everything else comes only when somebody means it.
(() => {
  const doc = document;
  const page = doc.documentElement;
  const script = doc.currentScript || doc.querySelector("script[data-district]");
  if (self.Porchlight || !script) return;
  const data = { lang: page.lang, position: "inset-inline-end", ...script.dataset };
  let label, loading, dialog, body, widget;

  const add = (parent, name, properties) => parent.appendChild(Object.assign(doc.createElement(name), properties));
  const host = doc.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  // Short, and in the order that compresses best.
  sheet.replaceSync(`:host{all:initial!important}
#l,dialog{font:600 16px system-ui;position:fixed;inset:auto;bottom:20px;${data.position}:20px}
button{padding:14px 20px}
#l{border:1px solid #0000;border-radius:24px;z-index:2147483647;cursor:pointer;background:${data.color || "#0f6b6b"};color:#fff;color:oklch(from ${data.color || "#0f6b6b"} clamp(0,(.65 - l)*1e3,1) 0 0);box-shadow:0 4px 20px #0003}
#l:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #000}
dialog{color-scheme:light dark;border-radius:12px;width:420px;border:0;height:680px;max-height:90%;margin:0}
iframe{border:0;height:90%;width:100%}
@media(width<520px){dialog{min-height:100%;min-width:100%;inset:0}}
@media print{#l{display:none}}`);
  root.adoptedStyleSheets = [sheet];

  /** The widget, which begins to fetch its WASM, style sheet and settings; a failed try is forgotten. */
  const load = () =>
    (loading ||= import(new URL("assets/%widget.js%", script.src)).then(
      (module) => (widget = module).prepare(data, root),
      () => (loading = 0),
    ));
  const tell = (what, detail) => doc.dispatchEvent(new CustomEvent("porchlight:" + what, { detail }));
  const close = () => dialog?.close();
  const fill = (options) => {
    body.textContent = "";
    const link = add(body, "a", { textContent: "…" });
    load()
      .then(() => widget.open(body, options, tell, close))
      .catch(() => {
        // Something of it is forbidden, or the line is dead: the plain link, and once it says hello the landing page
        // in a frame.
        const src = new URL(data.district + "/" + (options.topic || (data.campaign ? "c/" + data.campaign : "")), script.src);
        const frame = add(body, "iframe", { src, title: label, hidden: true });
        Object.assign(link, { href: src, textContent: label, target: "_blank" });
        addEventListener("message", (event) => event.source == frame.contentWindow && link.remove((frame.hidden = false)));
      });
  };
  const open = (options) => {
    if (!dialog) {
      dialog = add(root, "dialog", { ariaLabel: label, onclose: () => tell("close", widget?.close()) });
      // The way out while there is no form, which brings its own; a word that every language knows.
      add(dialog, "button", { textContent: "OK", onclick: close });
      body = add(dialog, "div");
    }
    attach();
    if (dialog.open) return;
    // What it needs is on its way while the dialog is drawn.
    fill({ ...data, ...options });
    dialog.showModal();
    tell("open");
  };

  /** Beside the body, so that what befalls it does not befall us; pages that replace everything get us back, once. */
  const attach = () => host.isConnected || (data.mode == "inline" ? script.after(host) : page.append(host));
  const start = () => {
    const link = doc.querySelector("[data-porchlight='']");
    label = data.label || link?.textContent.trim() || "Let's talk";
    if (data.mode == "inline") {
      body = add(root, "div");
      fill(data);
    } else if (data.mode != "none") {
      add(root, "button", { id: "l", textContent: label, onclick: () => open(), onpointerenter: load, onfocus: load });
      link?.style.setProperty("display", "none", "important");
    }
    attach();
    new MutationObserver(attach).observe(page, { childList: true });
    // Something waits to be sent: that was meant before. To ask for this takes no time; storage may be forbidden.
    try {
      indexedDB.databases().then((all) => all.some((db) => db.name == "porchlight!") && load(), attach);
    } catch {}
  };
  doc.addEventListener("click", (event) => {
    const target = event.target.closest("[data-porchlight]");
    // With one of these keys people mean another tab.
    if (!target || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open({ topic: target.dataset.porchlight || data.topic });
  });
  self.Porchlight = { open, close };
  // "loading" is the state with seven letters: then the link may be still to come.
  doc.readyState[7] ? start() : addEventListener("DOMContentLoaded", start);
})();
