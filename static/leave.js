// On pages of safety topics: Escape, or the button, puts the district's site in this page's place, so that
// "back" does not lead here.
const link = document.querySelector(".leave");
if (link) {
  const leave = (event) => {
    event.preventDefault();
    document.body.textContent = "";
    location.replace(link.href);
  };
  link.addEventListener("click", leave);
  addEventListener("keydown", (event) => event.key === "Escape" && leave(event));
}
