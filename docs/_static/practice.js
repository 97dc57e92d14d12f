// A card, a clock, ten scores, a history. Nothing leaves this browser.
(() => {
  const desk = document.querySelector(".practice-desk");
  const KEY = "ml-pm-practice", LENGTH = { plan: 120, talk: 720 };
  const MARKS = { plan: [60, 15], talk: [360, 120, 30] }; // seconds left: when to say so
  const $ = (selector) => desk.querySelector(selector), all = (selector) => [...desk.querySelectorAll(selector)];
  const make = (tag, what) => Object.assign(document.createElement(tag), what);
  const form = $("form"), select = $("select"), plain = $("[type=checkbox]"), clock = $("[role=timer]");
  const cards = [...select.options].slice(1), find = (id) => cards.find((card) => card.value === id);
  const lines = all("legend").map((legend) => legend.textContent), most = 3 * lines.length;

  // phase: new, plan, talk, score; ends: of the clock; left: its milliseconds while it stands
  const fresh = (kept) => ({
    drawn: [], done: [], card: "", plain: false, phase: "new", ends: 0, left: 0, scores: {}, notes: "", ...kept,
  });
  let state = fresh(), last;
  try {
    const kept = JSON.parse(localStorage[KEY]);
    if (Array.isArray(kept.done)) state = fresh(kept);
  } catch { /* nothing kept */ }
  if (!find(state.card)) state = fresh({ ...state, card: "", phase: "new" });

  const say = (text) => { $("[role=status]").textContent = text; };
  const scored = () => Object.keys(state.scores).length;
  const sum = (scores) => lines.reduce((total, line) => total + (scores[line] ?? 0), 0);
  const named = (a) => `${find(a.card)?.text ?? a.card}${a.plain ? ", without ML" : ""}`;
  const headed = (a) => `${a.day}: ${named(a)}, ${sum(a.scores)} of ${most}`;
  const running = () => state.phase in LENGTH;
  const rest = () => Math.max(0, state.left || state.ends - Date.now());
  const lowest = ([a, b, c]) => {
    const each = lines.map((line) => a.scores[line] + b.scores[line] + c.scores[line]), low = Math.min(...each);
    return `Lowest in the last three: ${lines[each.indexOf(low)]}, ${low} of 9.`;
  };

  const show = () => {
    const card = find(state.card);
    $(".practice-card").hidden = !card;
    form.hidden = state.phase !== "score";
    $("h3").textContent = named(state);
    $("blockquote").textContent = card?.dataset.text;
    $("a").href = card?.dataset.href;
    all("[data-at]").forEach((part) => { part.hidden = !part.dataset.at.split(" ").includes(state.phase); });
    $("[data-do=pause]").textContent = state.left ? "Go on" : "Stop the clock";
    plain.checked = state.plain;
    $("textarea").value = state.notes;
    all("[type=radio]").forEach((radio) => { radio.checked = state.scores[radio.name] === +radio.value; });
    $("output").textContent = `${sum(state.scores)} of ${most}; ${scored()} of ${lines.length} lines scored`;
    $(".practice-done").hidden = !state.done.length;
    $("ol").replaceChildren(...state.done.map((a) => make("li", { textContent: headed(a) })));
    $(".practice-low").textContent = state.done[2] ? lowest(state.done.slice(-3)) : "";
    tick();
  };
  const change = (what, said = "") => {
    Object.assign(state, what);
    try { localStorage[KEY] = JSON.stringify(state); } catch { /* not kept */ }
    show();
    say(said);
  };
  const tick = () => {
    if (!running()) return;
    const s = Math.ceil(rest() / 1000), mark = MARKS[state.phase].find((m) => s <= m && m < last);
    clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} left to ${state.phase}`;
    last = s;
    if (!s) act.next();
    else if (mark) say(clock.textContent);
  };

  const act = {
    draw() {
      if (scored() && !confirm("Drop these scores?")) return;
      const left = cards.filter((card) => !state.drawn.includes(card.value)), among = left.length ? left : cards;
      const card = select.value || among[Math.floor(Math.random() * among.length)].value;
      const drawn = [...new Set([...(left.length ? state.drawn : []), card])];
      select.value = "";
      change(fresh({ drawn, card, plain: plain.checked, done: state.done }));
      $("h3").focus();
    },
    next() {
      const phase = { new: "plan", plan: "talk", talk: "score" }[state.phase], moves = document.activeElement.dataset.at;
      last = LENGTH[phase] ?? 0;
      change({ phase, left: 0, ends: Date.now() + last * 1000 });
      say(last ? clock.textContent : "Time to score.");
      if (moves) ($("[data-do=next]:not([hidden])") ?? form).focus();
    },
    pause() {
      if (state.left) change({ ends: Date.now() + state.left, left: 0 }, "Running.");
      else change({ left: rest() || 1 }, "Stopped.");
    },
    save() {
      const text = state.done.map((a) => [`## ${headed(a)}`, `> ${find(a.card)?.dataset.text}`,
        lines.map((line) => `- ${line}: ${a.scores[line]}`).join("\n"), a.notes].join("\n\n").trim());
      const href = `data:text/markdown,${encodeURIComponent(["# Interview practice", ...text].join("\n\n"))}%0A`;
      make("a", { href, download: "interview-practice.md" }).click();
    },
    forget() {
      if (!confirm("Forget every card, score and note kept in this browser?")) return;
      change(fresh(), "Everything is forgotten.");
      delete localStorage[KEY];
    },
  };
  desk.addEventListener("click", (event) => act[event.target.dataset.do]?.());
  form.addEventListener("input", ({ target: { name, value } }) => {
    change(name ? { scores: { ...state.scores, [name]: +value } } : { notes: value });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { drawn, done, card, plain, scores, notes } = state;
    const day = new Date().toLocaleDateString("sv"); // the Swedish date is the ISO date, in local time
    change(fresh({ drawn, done: [...done, { day, card, plain, scores, notes }] }), `Kept: ${sum(scores)} of ${most}.`);
    select.focus();
  });

  // Whoever comes back after the clock ran out was not talking all the while.
  if (running() && !rest()) state.phase = state.phase === "talk" ? "score" : "new";
  last = rest() / 1000 + 1;
  desk.hidden = false;
  document.querySelector(".practice-without").hidden = true;
  show();
  setInterval(tick, 250);
})();
