import init, { start } from "/assets/%console.js%";

await init({ module_or_path: "/assets/%console_bg.wasm%" });
start();
