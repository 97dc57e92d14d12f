// Answers while you type: the engine comes when the field is entered, what it finds is put together by page.
(() => {
  const root = new URL("..", document.currentScript.src);
  const STEP = 12; // entries looked at for one answer, each a kilobyte
  // Words of a question that tell nothing about the answer.
  const SILENT = new Set("a an and are be can do does for how i in is it many much my of on or our should the to we what when which who why will with".split(" "));
  let engine;

  const load = () => engine ??= import(new URL("pagefind/pagefind.js", root)).then(async (pagefind) => {
    // A worker would load the engine's script a second time.
    await pagefind.options({ noWorker: true, excerptLength: 22 });
    await pagefind.init();
    return pagefind;
  });

  const make = (tag, attributes = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  };
  // The engine marks what it found in text that it has made safe: <mark> and entities, nothing else.
  const marked = (excerpt, title) => {
    const parsed = new DOMParser().parseFromString(excerpt, "text/html").body;
    // The title stands above: what of it begins the excerpt goes.
    const begins = parsed.textContent.split(". ", 1)[0];
    let rest = begins.length < parsed.textContent.length && title.endsWith(begins) ? begins.length + 2 : 0;
    for (const node of [...parsed.childNodes]) {
      if (!rest) break;
      const gone = Math.min(rest, node.textContent.length);
      rest -= gone;
      if (gone === node.textContent.length) node.remove();
      else node.textContent = node.textContent.slice(gone);
    }
    return [...parsed.childNodes].map((node) => node.nodeName === "MARK" ? make("mark", {}, node.textContent) : node.textContent);
  };

  // Of what was found for each word alone: first what was found for most of them.
  const together = (lists) => {
    const all = new Map();
    for (const result of lists.flat()) {
      const known = all.get(result.id) ?? { result, score: 0, times: 0 };
      all.set(result.id, { result, score: known.score + result.score, times: known.times + 1 });
    }
    return [...all.values()].sort((a, b) => b.times - a.times || b.score - a.score).map(({ result }) => result);
  };

  for (const box of document.querySelectorAll(".search-box")) {
    const form = box.querySelector("form"), field = form.elements.q, said = box.querySelector(".search-said");
    const found = box.querySelector(".search-found"), more = box.querySelector(".search-more"), dialog = box.closest("dialog");
    let asked = 0, timer, results = [], pages, shown;

    const entry = (data) => {
      const link = make("a", { href: new URL(data.meta.place, root) }, data.meta.title);
      return make("div", { className: "search-place" }, link, make("p", {}, ...marked(data.excerpt, data.meta.title)));
    };
    const addMore = async (mine) => {
      const next = await Promise.all(results.slice(shown, shown + STEP).map((result) => result.data()));
      if (mine !== asked) return;
      shown += next.length;
      for (const data of next) {
        let page = pages.get(data.meta.page);
        if (!page) {
          const address = data.meta.place.split("#")[0];
          page = make("li", {}, make("a", { className: "search-page", href: new URL(address, root) }, data.meta.page));
          if (data.filters.part) page.append(make("span", { className: "search-part" }, data.filters.part.join(", ")));
          pages.set(data.meta.page, page);
          found.append(page);
        }
        if (page.querySelectorAll(".search-place").length < 3) {
          const whole = data.meta.place.includes("#") ? entry(data) : make("p", { className: "search-place" }, ...marked(data.excerpt, data.meta.title));
          page.append(whole);
        }
      }
      more.hidden = shown >= results.length;
    };
    const ask = async () => {
      const mine = ++asked, words = field.value.trim(), part = form.elements.part.value;
      if (!words) {
        found.replaceChildren();
        said.textContent = "";
        more.hidden = true;
        return;
      }
      try {
        const pagefind = await load();
        const look = async (text) => (await pagefind.search(text, part ? { filters: { part } } : {})).results;
        const every = words.split(/[\s\-–—,.?!"“”]+/).filter(Boolean), telling = every.filter((word) => !SILENT.has(word.toLowerCase()));
        const single = telling.length ? telling : every;
        let answer = await look(single.join(" ")), all = true;
        if (!answer.length && single.length > 1) {
          all = false;
          answer = together(await Promise.all(single.map(look)));
        }
        if (mine !== asked) return;
        results = answer;
        shown = 0;
        pages = new Map();
        found.replaceChildren();
        const places = `${results.length} ${results.length === 1 ? "place" : "places"}`;
        said.textContent = !results.length ? "Nothing. Try another word, or all parts." : all ? places : `No place has all of these words; ${places} with some`;
        await addMore(mine);
        if (mine === asked) box.dataset.answered = words;
      } catch (error) {
        engine = undefined;
        said.textContent = location.protocol === "file:" ? "The search works when the book is served: make live." : "The search did not load. Try again.";
        box.dataset.answered = words;
        console.warn(error);
      }
    };

    form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      timer = setTimeout(ask, target === field ? 120 : 0);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      found.querySelector("a")?.click();
    });
    field.addEventListener("focus", () => load().catch(() => { engine = undefined; }));
    more.addEventListener("click", () => addMore(asked));
    box.addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!way || event.target.type === "radio") return;
      const stops = [field, ...found.querySelectorAll("a")], next = stops[stops.indexOf(event.target) + way];
      if (next) { event.preventDefault(); next.focus(); }
    });
    box.querySelector(".search-close")?.addEventListener("click", () => dialog.close());
    found.addEventListener("click", ({ target }) => { if (target.closest("a")) dialog?.close(); }); // the place may be on this page

    if (!dialog) {
      const wanted = new URLSearchParams(location.search);
      field.value = wanted.get("q") ?? "";
      for (const choice of form.elements.part) choice.checked = choice.value === (wanted.get("part") ?? "");
      if (![...form.elements.part].some((choice) => choice.checked)) form.elements.part[0].checked = true;
      ask();
    }
  }

  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    const dialog = document.querySelector(".search-dialog");
    if (dialog) dialog.showModal(); else document.querySelector(".search-box [name=q]")?.focus();
  });
})();
