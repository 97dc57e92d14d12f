// Painted charts become live when they come into view. Needs the Vega bundle: in the page already, or beside this
// script under the name its data-vega attribute gives. Nothing is evaluated from text, so a strict
// Content-Security-Policy holds: expressions go through Vega's interpreter. Inside .wakes-when-touched the library, ten
// times as heavy as the page, waits until somebody points at the chart or moves one of its sliders.
(() => {
  "use strict";
  const here = document.currentScript;
  let vega;

  function loadVega() {
    vega ??= globalThis.mlpmVegaEmbed
      ? Promise.resolve(globalThis.mlpmVegaEmbed)
      : new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(here.dataset.vega, here.src);
          script.onload = () => resolve(globalThis.mlpmVegaEmbed);
          script.onerror = () => reject(new Error("the chart library did not load"));
          document.head.append(script);
        });
    return vega;
  }

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  // As many decimals as the slider's step has: 0.30000000000000004 never reaches a reader.
  function shown(value, step) {
    const decimals = (String(step ?? 1).split(".")[1] ?? "").length;
    return Number(value).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  // One labeled control for a bound parameter. `change` is called with the parameter's new value.
  function control(id, parameter, change) {
    const { bind, value } = parameter;
    const name = (bind.name ?? parameter.name).trim().replace(/:$/, "");
    if (bind.input === "range") {
      const input = element("input", { type: "range", id, min: bind.min, max: bind.max, step: bind.step });
      input.value = value;
      const output = element("output", { for: id }, shown(value, bind.step));
      input.addEventListener("input", () => {
        output.textContent = shown(input.value, bind.step);
        change(Number(input.value));
      });
      return element("div", { class: "chart-control" }, element("label", { for: id }, name), input, output);
    }
    if (bind.input === "checkbox") {
      const input = element("input", { type: "checkbox", id });
      input.checked = Boolean(value);
      input.addEventListener("change", () => change(input.checked));
      return element("div", { class: "chart-control" }, input, element("label", { for: id }, name));
    }
    const select = element("select", { id });
    bind.options.forEach((option, index) => {
      select.append(element("option", { value: index }, String(bind.labels?.[index] ?? option)));
      if (option === value) select.selectedIndex = index;
    });
    select.addEventListener("change", () => change(bind.options[select.selectedIndex]));
    return element("div", { class: "chart-control" }, element("label", { for: id }, name), select);
  }

  // The description is spoken for the image as a whole; the marks inside it stay silent.
  function silence(stage, description) {
    const picture = stage.querySelector("svg");
    picture.querySelectorAll("[role], [aria-label], [aria-roledescription], [aria-hidden]").forEach((node) => {
      ["role", "aria-label", "aria-roledescription", "aria-hidden"].forEach((name) => node.removeAttribute(name));
    });
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", description);
  }

  function enliven(chart) {
    const spec = JSON.parse(chart.querySelector(".chart-spec").textContent);
    const bound = (spec.params ?? []).filter((parameter) => parameter.bind?.input);
    const values = Object.fromEntries(bound.map((parameter) => [parameter.name, parameter.value]));
    const speaks = (spec.params ?? []).some((parameter) => parameter.name === "answer");
    const fills = spec.width === "container";

    const box = chart.querySelector(".chart-live");
    const stage = element("div", { class: "chart-stage" });
    const answer = element("p", { class: "chart-answer", "aria-live": "polite" });
    let panel;
    let view;
    let width;

    let waking;

    const say = () => {
      if (speaks) answer.textContent = view.signal("answer");
    };

    async function draw() {
      const embed = await loadVega();
      width = box.clientWidth;
      const current = structuredClone(spec);
      for (const parameter of current.params ?? []) {
        if (!(parameter.name in values)) continue;
        parameter.value = values[parameter.name];
        delete parameter.bind;
      }
      if (fills) current.width = width;
      view?.finalize();
      const result = await embed(stage, current, {
        mode: "vega-lite",
        renderer: "svg",
        actions: false,
        ast: true,
        logLevel: 1, // errors; warnings were for the author
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
        config: { aria: false },
      });
      view = result.view;
      silence(stage, spec.description);
      stage.tabIndex = stage.scrollWidth > stage.clientWidth ? 0 : -1; // the keyboard scrolls what is too wide
      say();
    }

    if (bound.length) {
      const controls = bound.map((parameter) =>
        control(`${chart.id}-${parameter.name}`, parameter, (value) => {
          values[parameter.name] = value;
          chart.classList.add("is-changed");
          if (view) view.signal(parameter.name, value).runAsync().then(say);
          else wake();
        }),
      );
      panel = element("div", { class: "chart-controls", role: "group", "aria-label": "Change the chart" }, ...controls);
      chart.querySelector(".chart-painted").before(panel);
    }
    if (speaks) box.append(answer);
    box.append(stage);

    async function show() {
      box.hidden = false;
      await draw();
      chart.classList.add("is-live");
      if (fills) {
        new ResizeObserver(() => {
          if (box.clientWidth && box.clientWidth !== width) draw();
        }).observe(box);
      }
    }
    function wake() {
      waking ??= show().catch((error) => {
        box.hidden = true; // the painted chart stays
        panel?.remove();
        console.error(error);
      });
    }
    if (chart.closest(".wakes-when-touched")) {
      ["pointerenter", "focusin"].forEach((touch) => chart.addEventListener(touch, wake, { once: true }));
    } else wake();
  }

  function start() {
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          enliven(target);
        }
      },
      { rootMargin: "200px" },
    );
    document.querySelectorAll(".chart").forEach((chart) => seen.observe(chart));
  }

  // The page itself comes first.
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
