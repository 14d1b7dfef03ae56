// The loader. Draws the launcher in a shadow root; everything else comes only when somebody means it.
(() => {
  const doc = document;
  const script = doc.currentScript || doc.querySelector("[data-district]");
  if (window.Porchlight || !script) return;
  const data = { ...script.dataset };
  const base = new URL(script.src).origin;
  const link = doc.querySelector("[data-porchlight='']");
  data.lang ||= doc.documentElement.lang;
  const label = data.label || link?.textContent.trim() || (/^es/.test(data.lang) ? "Hablemos" : "Let's talk");

  const host = doc.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = (...sheets) =>
    (root.adoptedStyleSheets = sheets.map((css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      return sheet;
    }));
  const own = `:host{all:initial!important}
.l{--a:${data.color || "#0f6b6b"};font:600 16px/24px system-ui;position:fixed;z-index:2147483646;bottom:20px;${data.position || "right"}:20px;padding:12px 20px;border:0;border-radius:24px;cursor:pointer;background:var(--a);color:#fff;color:oklch(from var(--a) clamp(0,(.65 - l)*1e3,1) 0 0);box-shadow:0 4px 20px #0003}
@media print{.l{display:none}}
.l:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #000}
dialog{width:420px;border:0;border-radius:12px;padding:0;margin:auto 20px 20px auto;color-scheme:light dark;height:min(680px,100dvh - 40px)}
@media(max-width:520px){dialog{margin:0;min-width:100vw;min-height:100dvh}}`;
  style(own);
  const add = (parent, name, properties) => parent.appendChild(Object.assign(doc.createElement(name), properties));

  let loading, dialog, body, widget;
  /** The glue, which brings WASM and style sheet; a failed try is forgotten, so that the next click tries again. */
  const load = () =>
    (loading ||= import(base + "/assets/%widget.js%")
      .then(async (module) => {
        await module.default();
        widget = module;
      })
      .catch(() => (loading = 0)));
  const tell = (what, detail) => doc.dispatchEvent(new CustomEvent("porchlight:" + what, { detail }));
  const close = () => dialog?.close();

  /** What stands there while there is no form: a word, and the way out. */
  const blank = (text) => {
    body.textContent = text;
    dialog && add(body, "button", { textContent: "✕", onclick: close });
  };
  const fill = async (options) => {
    blank("…");
    try {
      await load();
      style(
        own,
        ...(await widget.open(body, { base, page: location.href, ...options }, (what, detail) =>
          what == "close" ? close() : what == "lang" ? fill({ ...options, lang: detail }) : tell(what, { reference: detail }),
        )),
      );
    } catch {
      blank("");
      add(body, "a", {
        href: base + "/" + data.district + "/" + (options.topic || (data.campaign ? "c/" + data.campaign : "")),
        textContent: label,
        target: "_blank",
      });
    }
  };
  const open = (options) => {
    if (!dialog) {
      dialog = add(root, "dialog", {
        ariaLabel: label,
        onclose: () => {
          widget?.close();
          tell("close");
        },
      });
      body = add(dialog, "div");
    }
    attach();
    if (dialog.open) return;
    dialog.showModal();
    tell("open");
    fill({ ...data, ...options });
  };

  /** Pages that replace their body lose us; we come back, once. */
  const attach = () => host.isConnected || (data.mode == "inline" ? script.after(host) : doc.body.append(host));
  const start = () => {
    if (data.mode == "inline") {
      body = add(root, "div");
      fill(data);
    } else if (data.mode != "none") {
      add(root, "button", { className: "l", textContent: label, onclick: () => open(), onpointerenter: load, onfocus: load });
      link?.style.setProperty("display", "none", "important");
    }
    attach();
    [doc.documentElement, doc.body].map((place) => new MutationObserver(attach).observe(place, { childList: true }));
  };
  doc.addEventListener("click", (event) => {
    const target = event.target.closest("[data-porchlight]");
    // With one of these keys people mean another tab.
    if (!target || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open({ topic: target.dataset.porchlight || data.topic });
  });
  window.Porchlight = { open, close };
  doc.body ? start() : addEventListener("DOMContentLoaded", start);
})();
