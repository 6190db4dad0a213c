/**
 * Makes the browser's back button harmless: it would leave the kiosk with an empty window. One entry without any
 * content lies before the page and is put there again whenever it is used.
 */
export function holdBackButton() {
  if (history.state !== "held") history.pushState("held", "", location.pathname);
  addEventListener("popstate", () => history.pushState("held", "", location.pathname));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
