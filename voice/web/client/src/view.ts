// Drawing: the page as a function of the conversation. Only what changed is touched, so that screen readers hear news once.

import * as api from "./api";
import { settled, type AgentLine, type Conversation, type Line, type UserLine } from "./conversation";
import type { Citation } from "./events";
import type { Notice } from "./trouble";

export function el<T extends HTMLElement = HTMLElement>(id: string): T {
  const e = document.getElementById(id);
  if (!e) throw new Error(`no element ${id}`);
  return e as T;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, cls = "", text = ""): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text) e.textContent = text;
  return e;
}

function set(e: HTMLElement, text: string): void {
  if (e.textContent !== text) e.textContent = text;
}

// --- the conversation

const drawn = new Map<Line, { li: HTMLLIElement; text: HTMLElement; maybe: HTMLElement; note: HTMLElement; cards: HTMLElement; shown: number }>();

export function draw(c: Conversation): void {
  const log = el("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  for (const [line, d] of drawn) {
    if (!c.lines.includes(line)) {
      d.li.remove();
      drawn.delete(line);
    }
  }
  for (const line of c.lines) {
    let d = drawn.get(line);
    if (!d) {
      const li = make("li", `line ${line.who}`);
      li.dataset.turn = String(line.turn);
      const p = make("p");
      const who = make("span", "sr", line.who === "user" ? "You: " : "Aubade: ");
      const text = make("span", "said");
      const maybe = make("span", "maybe");
      p.append(who, text, maybe);
      const note = make("p", "note quiet small");
      const cards = make("div", "cards");
      li.append(p, note, cards);
      log.append(li);
      d = { li, text, maybe, note, cards, shown: 0 };
      drawn.set(line, d);
    }
    d.li.dataset.turn = String(line.turn);
    if (line.who === "user") drawUser(line, d);
    else drawAgent(line, d);
  }
  if (atEnd) log.scrollTop = log.scrollHeight;

  drawState(c.state);
  drawFindings(c);
  drawWaterfall(c);
}

type Drawn = NonNullable<ReturnType<typeof drawn.get>>;

function drawUser(u: UserLine, d: Drawn): void {
  set(d.text, u.text);
  set(d.maybe, u.partial ? ` ${u.partial}` : "");
  d.li.classList.toggle("open", u.turn === 0);
  set(d.note, u.rejected ? "not understood" : u.typed ? "typed" : "");
}

function drawAgent(a: AgentLine, d: Drawn): void {
  set(d.text, a.heard);
  d.li.classList.toggle("cut", a.cut);
  d.li.classList.toggle("open", !a.ended);
  set(d.note, a.cut ? "interrupted: only this much was heard" : "");
  for (; d.shown < a.citations.length; d.shown++) {
    const c = a.citations[d.shown];
    if (c) d.cards.append(card(c));
  }
}

function card(c: Citation): HTMLElement {
  const b = make("button", "card");
  b.type = "button";
  b.dataset.citation = c.id;
  b.append(make("strong", "", c.title || c.kind || "Source"), make("span", "quiet small", [c.publisher, day(c.published)].filter(Boolean).join(" · ")));
  b.addEventListener("click", () => void open(c));
  return b;
}

function day(iso: string): string {
  const d = new Date(iso);
  if (Number.isNaN(d.getTime()) || d.getUTCFullYear() < 1900) return "";
  return d.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

const states: Record<string, string> = {
  initializing: "connecting",
  idle: "idle",
  listening: "listening",
  thinking: "thinking",
  speaking: "speaking",
};

export function drawState(state: string): void {
  const b = el("state");
  const words = states[state] ?? (state || "not in a call");
  if (b.dataset.state !== state) {
    b.dataset.state = state;
    document.body.dataset.state = state;
    b.textContent = words;
  }
}

// --- what is owed

function drawFindings(c: Conversation): void {
  const open = c.findings.filter((f) => !settled.has(f.state));
  el("owed").hidden = open.length === 0;
  const list = el("findings");
  const want = open.map((f) => `${f.id} ${f.state}`).join("|");
  if (list.dataset.drawn === want) return;
  list.dataset.drawn = want;
  list.replaceChildren(
    ...open.map((f) => {
      const li = make("li", "chip owed");
      li.dataset.state = f.state;
      li.append(make("span", "", f.question || f.agent), make("em", "quiet small", f.state === "pending" ? "on its way" : f.state));
      return li;
    }),
  );
}

// --- the waterfall

function drawWaterfall(c: Conversation): void {
  const w = c.waterfall;
  el("fall").hidden = !w;
  if (!w) return;
  const bar = el("bar");
  const key = `${w.turn} ${w.total}`;
  if (bar.dataset.drawn === key) return;
  bar.dataset.drawn = key;
  set(el("total"), `${w.total} ms from your last word to the first sound`);
  const some = w.parts.filter((p) => p.ms > 0);
  bar.setAttribute("aria-label", some.map((p) => `${p.name} ${p.ms} milliseconds`).join(", "));
  bar.replaceChildren(
    ...some.map((p, i) => {
      const s = make("span", `part p${i % 6}`);
      s.style.flexGrow = String(p.ms);
      s.title = `${p.name}: ${p.ms} ms`;
      return s;
    }),
  );
  el("parts").replaceChildren(
    ...some.map((p, i) => {
      const li = make("li");
      li.append(make("i", `part p${i % 6}`), make("span", "", p.name), make("span", "quiet", `${p.ms} ms`));
      return li;
    }),
  );
}

// --- the source behind a citation

async function open(c: Citation): Promise<void> {
  const box = el<HTMLDialogElement>("source");
  set(el("source-title"), c.title || "Source");
  set(el("source-meta"), [c.kind, c.publisher, day(c.published)].filter(Boolean).join(" · "));
  el("source-text").replaceChildren(marked(c.quote, c.quote));
  el("source-facts").replaceChildren();
  link(c.url);
  box.showModal();
  try {
    const p = await api.passage(c.id);
    set(el("source-title"), p.title || c.title);
    set(el("source-meta"), [p.kind, p.publisher, day(p.published), p.edition && `edition of ${p.edition}`].filter(Boolean).join(" · "));
    el("source-text").replaceChildren(marked(p.text || p.quote, p.quote || c.quote));
    el("source-text").querySelector("mark")?.scrollIntoView({ block: "center" });
    el("source-facts").replaceChildren(...(p.facts ?? []).map((f) => make("li", "", f)));
    link(p.url || c.url);
  } catch (err) {
    if (!c.quote) el("source-text").replaceChildren(make("p", "quiet", err instanceof Error ? err.message : "It cannot be opened."));
  }
}

function link(url: string): void {
  const p = el("source-link");
  p.replaceChildren();
  if (!/^https?:\/\//.test(url)) return;
  const a = make("a", "", url);
  a.href = url;
  a.rel = "noreferrer noopener";
  a.target = "_blank";
  p.append(a);
}

// marked is the text with the words that support the claim standing out.
function marked(text: string, quote: string): HTMLElement {
  const p = make("p");
  const at = quote ? text.indexOf(quote) : -1;
  if (at < 0) {
    p.textContent = text;
    return p;
  }
  p.append(text.slice(0, at), make("mark", "", quote), text.slice(at + quote.length));
  return p;
}

// --- around the conversation

export function drawInfo(i: api.Info): void {
  set(el("edition"), i.edition ? `${i.market ? `${i.market}, ` : ""}edition of ${i.edition}` : "There is no edition yet: build a brief first.");
  el("invented").hidden = !i.invented;
  el("basic").hidden = !i.basic;
  const rows: [string, string | undefined][] = [
    ["Ears", i.ears],
    ["Voice", i.voice],
    ["Brain", i.brain],
    ["Edition", i.edition],
    ["Note", i.stale],
    ["Next build", i.next_run],
    ["Version", i.version],
  ];
  el("work").replaceChildren(...rows.flatMap(([k, v]) => (v ? [make("dt", "", k), make("dd", "", v)] : [])));
  if (i.stale) notice({ title: "This is not today's brief", help: i.stale, fatal: false }, "stale");
}

export function drawQuestions(qs: string[], ask: (q: string) => void): void {
  el("try").hidden = qs.length === 0;
  el("questions").replaceChildren(
    ...qs.map((q) => {
      const li = make("li");
      const b = make("button", "chip", q);
      b.type = "button";
      b.addEventListener("click", () => ask(q));
      li.append(b);
      return li;
    }),
  );
}

// notice shows n, in the place of an earlier one with the same key.
export function notice(n: Notice, key: string, again?: { label: string; do: () => void }): void {
  dismiss(key);
  const box = make("div", n.fatal ? "notice fatal" : "notice");
  box.dataset.key = key;
  const words = make("div");
  words.append(make("strong", "", n.title), make("p", "", n.help));
  box.append(words);
  if (again) {
    const b = make("button", "", again.label);
    b.type = "button";
    b.addEventListener("click", () => {
      box.remove();
      again.do();
    });
    box.append(b);
  } else {
    const b = make("button", "close", "×");
    b.type = "button";
    b.setAttribute("aria-label", "Dismiss");
    b.addEventListener("click", () => box.remove());
    box.append(b);
  }
  el("notices").append(box);
}

export function dismiss(key: string): void {
  for (const n of document.querySelectorAll<HTMLElement>("#notices > *")) if (n.dataset.key === key) n.remove();
}

export function inCall(yes: boolean): void {
  el("lobby").hidden = yes;
  el("talk").hidden = !yes;
  el("controls").hidden = !yes;
  document.body.classList.toggle("in-call", yes);
}

export function clearLog(): void {
  drawn.clear();
  el("log").replaceChildren();
}
