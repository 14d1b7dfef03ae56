// On our pages in the frame of somebody's widget: says that the frame is not blocked. What may not be framed opens in
// a window of its own.
if (parent != self) {
  parent.postMessage("porchlight", "*");
  for (const link of document.querySelectorAll("[data-unframed]")) link.target = "_blank";
}
