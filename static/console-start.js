import init, { start } from "/assets/%console.js%";

await init();
start();
