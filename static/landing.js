// On our own landing page: the form becomes the widget's, where WASM loads; else it stays as it is.
import init, { enhance } from "/assets/%widget.js%";

const form = document.querySelector("form[data-topic]");
if (form) {
  // A page that came back with problems keeps them: people are reading.
  const told = document.querySelector(".summary");
  if (!told) {
    await init();
    await enhance(form, (what, detail) => {
      if (what !== "lang") return;
      const address = new URL(location);
      address.searchParams.set("lang", detail);
      location = address;
    });
  }
}
