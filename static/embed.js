// The loader. Draws the launcher in a shadow root; everything else comes only when somebody means it.
(() => {
  const script = document.currentScript || document.querySelector("script[data-district]");
  if (window.Porchlight || !script) return;
  const data = script.dataset;
  const base = new URL(script.src).origin;
  const assets = base + "/assets/";
  const landing = `${base}/${data.district}${data.campaign ? "/c/" + data.campaign : ""}`;
  const link = document.querySelector("a[data-porchlight='']");
  const lang = data.lang || document.documentElement.lang;
  const label = data.label || link?.textContent.trim() || (/^es/.test(lang) ? "Hablemos" : "Let’s talk");
  const mode = data.mode || "button";

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  root.adoptedStyleSheets = [
    sheet(`:host{all:initial!important}
.l,dialog{--a:${/^#\w{6}$/.test(data.color) ? data.color : "#0f6b6b"};font:600 16px/1.5 system-ui,sans-serif}
.l{position:fixed;z-index:2147483646;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-${data.position == "left" ? "start" : "end"}:20px;display:flex;align-items:center;min-height:48px;padding:0 22px;border-radius:24px;background:var(--a);color:#fff;color:oklch(from var(--a) clamp(0,(.65 - l)*1000,1) 0 0);text-decoration:none;box-shadow:0 4px 16px #0003}
.l:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #000}
@media print{.l{display:none}}
dialog{box-sizing:border-box;border:0;padding:0;margin:auto 20px 20px auto;width:420px;height:min(680px,100dvh - 40px);max-width:none;max-height:none;border-radius:12px;background:Canvas;color:CanvasText;overflow:auto}
@media(max-width:520px){dialog{margin:0;width:100vw;height:100dvh;border-radius:0}}`),
  ];
  const element = (name, properties, parent) => parent.appendChild(Object.assign(document.createElement(name), properties));

  let loading, dialog, body, widget;
  /** Glue, WASM and style sheet; a failed try is forgotten, so that the next click tries again. */
  const load = () =>
    (loading ||= Promise.all([
      import(assets + "%widget.js%").then((module) => module.default({ module_or_path: assets + "%widget_bg.wasm%" }).then(() => (widget = module))),
      fetch(assets + "%widget.css%").then((answer) => answer.text()),
    ]).catch((error) => {
      loading = 0;
      throw error;
    }));
  const tell = (what, detail) => document.dispatchEvent(new CustomEvent("porchlight:" + what, { detail }));

  const fill = async (options) => {
    body.textContent = "…";
    try {
      const [, css] = await load();
      body.textContent = "";
      const theme = await widget.open(
        body,
        { base, district: data.district, campaign: data.campaign, color: data.color, lang, page: location.href, build: "%widget_bg.wasm%", ...options },
        (what, detail) => (what == "close" ? close() : what == "language" ? fill({ ...options, lang: detail }) : tell(what, { reference: detail })),
      );
      root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet(css), sheet(theme)];
    } catch {
      body.textContent = "";
      element("a", { href: landing + (options.topic ? "/" + options.topic : ""), textContent: label + " ↗", target: "_blank" }, body);
    }
  };
  const open = (options = {}) => {
    if (!dialog) {
      dialog = element("dialog", { ariaLabel: label }, root);
      body = element("div", {}, dialog);
      dialog.addEventListener("close", () => {
        widget?.close();
        tell("close");
      });
    }
    if (dialog.open) return;
    attach();
    dialog.showModal();
    tell("open");
    fill({ topic: data.topic, school: data.school, ...options });
  };
  const close = () => dialog?.close();

  /** Pages that replace their body lose us; we come back, once. */
  const attach = () => host.isConnected || (mode == "inline" ? script.after(host) : document.body.append(host));
  const start = () => {
    if (mode == "inline") {
      body = element("div", {}, root);
      fill({ topic: data.topic, school: data.school });
    } else if (mode == "button") {
      const launcher = element("a", { className: "l", href: landing, textContent: label, role: "button" }, root);
      launcher.ariaHasPopup = "dialog";
      for (const intent of ["pointerenter", "focus", "touchstart"]) launcher.addEventListener(intent, () => load().catch(() => {}), { once: true, passive: true });
      launcher.onkeydown = (event) => event.key == " " && (event.preventDefault(), open());
      launcher.onclick = (event) => plain(event) && open();
      link?.style.setProperty("display", "none", "important");
    }
    attach();
    new MutationObserver(attach).observe(document.documentElement, { childList: true });
    new MutationObserver(attach).observe(document.body, { childList: true });
  };
  /** A click without keys that mean "another tab". */
  const plain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) && (event.preventDefault(), true);
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-porchlight]");
    if (target && plain(event)) open({ topic: target.dataset.porchlight || data.topic });
  });
  window.Porchlight = { open, close };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
