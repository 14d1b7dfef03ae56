// On our own landing page: the form becomes the widget's, where WASM loads; else it stays as it is.
import { enhance } from "/assets/%widget.js%";

const form = document.querySelector("form[data-topic]");
if (form) {
  // A page that came back with problems keeps them: people are reading.
  const told = document.querySelector(".summary");
  if (!told) {
    await enhance(form);
    // The languages sent the form that was; what is typed now is kept as a draft.
    document.addEventListener("click", (event) => {
      const to = event.target.closest("button[name=switch]")?.getAttribute("formaction");
      if (to) location = to;
    });
  }
}
