// Hides what the filter does not ask for. The choice stands in the address, so that it can be sent.
(() => {
  const form = document.querySelector(".library-filter"), said = form.querySelector("output");
  const items = [...document.querySelectorAll(".shelf > li")].map((node) => ({ node, text: node.textContent.toLowerCase() }));
  const shelves = [...document.querySelectorAll(".shelf")].map((shelf) => shelf.closest("section"));

  const apply = () => {
    const asked = [...new FormData(form)].filter(([, value]) => value.trim());
    const words = form.words.value.toLowerCase().split(/\s+/);
    const classes = asked.filter(([name]) => name !== "words").map(([name, value]) => `${name}-${value}`);
    for (const { node, text } of items) {
      node.hidden = !(words.every((word) => text.includes(word)) && classes.every((name) => node.classList.contains(name)));
    }
    for (const shelf of shelves) {
      shelf.hidden = !shelf.querySelector("li:not([hidden])");
      for (const entry of document.querySelectorAll(`.bd-sidebar-secondary a[href="#${shelf.id}"]`)) entry.closest("li").hidden = shelf.hidden;
    }
    const shown = items.filter(({ node }) => !node.hidden).length;
    said.textContent = shown ? `${shown} of ${items.length}` : "None. Ask for less, or show all.";
    const here = new URL(location);
    here.search = new URLSearchParams(asked);
    if (here.href !== location.href) try { history.replaceState(null, "", here); } catch { /* asked too often: the list is right */ }
  };

  const fields = [...form.elements].filter((field) => field.name);
  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const field of fields) {
      field.value = asked.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = ""; // a value that is none of ours asks for nothing
    }
    apply();
    const aim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!aim) return;
    if (aim.closest("[hidden]")) { form.reset(); apply(); } // who follows a link to an entry wants the entry
    aim.scrollIntoView();
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply)); // after the fields have been cleared
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", read); // Back and Forward within the page
  read();
})();
