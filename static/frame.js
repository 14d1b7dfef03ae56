// On our public pages. In the frame of somebody's widget: says that the frame is not blocked; what may not be framed
// opens in a window of its own. And what waits in the outbox goes out.
if (parent != self) {
  parent.postMessage("porchlight", "*");
  for (const link of document.querySelectorAll("[data-unframed]")) link.target = "_blank";
}
try {
  if ((await indexedDB.databases()).some((db) => db.name == "porchlight!")) (await import("/assets/%widget.js%")).attend(document.querySelector("main"));
} catch {}
