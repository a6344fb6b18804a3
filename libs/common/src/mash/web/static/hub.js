// What the pages do more where there are scripts; without, every page and form works as it is.
import { initAll } from "./govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A list that renews itself (htmx) has components of its own.
document.body.addEventListener("htmx:afterSettle", (event) => initAll({ scope: event.detail.elt }));

// A list that could not be renewed says so, for whoever looks at it may believe that nothing is new.
document.body.addEventListener("htmx:afterRequest", (event) => {
  document.getElementById("not-renewed").hidden = event.detail.successful === true;
});

// A print button only where it works.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
