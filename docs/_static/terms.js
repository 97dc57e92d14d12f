// What a word means, where it is used: on hover, on focus by keyboard, and on a tap; a second tap follows the link.
(() => {
  if (!HTMLElement.prototype.showPopover) return; // the browser's own tooltip stays
  const card = Object.assign(document.createElement("div"), { id: "term-card", popover: "manual" });
  card.setAttribute("role", "tooltip");
  document.querySelector("main").append(card); // inside a landmark, as all of a page should be
  const gap = 8;
  let shown, where, timer;

  const hide = () => {
    clearTimeout(timer);
    shown = undefined;
    if (card.matches(":popover-open")) card.hidePopover();
  };
  const inFocus = () => shown && shown === document.activeElement && shown.matches(":focus-visible");
  const place = () => {
    const parts = [...shown.getClientRects()], word = parts.find(({ top, bottom }) => where >= top && where <= bottom) ?? parts[0];
    const box = card.getBoundingClientRect(), first = parts[0], last = parts.at(-1);
    if (last.bottom < 0 || first.top > innerHeight) return hide();
    const above = word.top - box.height - gap, below = word.bottom + gap;
    const fits = above >= 0 ? above : Math.min(below, innerHeight - box.height - gap);
    card.style.left = `${Math.max(gap, Math.min(word.left, innerWidth - box.width - gap))}px`;
    card.style.top = `${Math.max(gap, fits)}px`;
  };
  const show = (link, hint = "", y) => {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    shown = link;
    where = y;
    card.textContent = link.dataset.meaning + hint;
    card.showPopover();
    place();
  };
  const soon = (what, delay) => { clearTimeout(timer); timer = setTimeout(what, delay); };
  const leave = () => soon(() => { if (!inFocus()) hide(); }, 400);

  for (const link of document.querySelectorAll("a.term[title]")) {
    link.dataset.meaning = link.title;
    link.setAttribute("aria-description", link.title); // as the title did, before anything is shown
    link.removeAttribute("title"); // or the browser shows it a second time
    link.addEventListener("pointerenter", ({ pointerType, clientY }) => {
      if (pointerType === "touch") return;
      if (shown === link) clearTimeout(timer); else soon(() => show(link, "", clientY), 150);
    });
    link.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") leave(); });
    link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(link); });
    link.addEventListener("blur", hide);
    link.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || shown === link) return;
      event.preventDefault();
      show(link, " Tap again for why it matters.");
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  addEventListener("scroll", () => { if (shown) place(); }, { passive: true });
  addEventListener("resize", () => { if (shown) place(); });
  document.addEventListener("pointerdown", ({ target }) => { if (shown && !card.contains(target) && !shown.contains(target)) hide(); });
})();
