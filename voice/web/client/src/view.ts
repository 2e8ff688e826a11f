// Drawing: the page as a function of the conversation. Only what changed is touched, so that screen readers hear news once.

import * as api from "./api";
import { settled, type AgentLine, type Conversation, type Line, type UserLine } from "./conversation";
import type { Line as Wire } from "./call";
import type { Citation } from "./events";
import { laid } from "./passage";
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

function capital(s: string): string {
  return s.charAt(0).toUpperCase() + s.slice(1);
}

// --- the conversation

const drawn = new Map<Line, { li: HTMLLIElement; text: HTMLElement; maybe: HTMLElement; note: HTMLElement; cards: HTMLElement; shown: number; offers: HTMLElement }>();
let ask: (q: string) => void = () => undefined;

// onOffer says what tapping a question does that the agent offered.
export function onOffer(f: (q: string) => void): void {
  ask = f;
}

// announce is for screen readers alone.
export function announce(text: string): void {
  el("announce").textContent = text;
}

export function draw(c: Conversation): void {
  const log = el("log");
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
      const offers = make("div", "chips");
      li.append(p, note, cards, offers);
      log.append(li);
      d = { li, text, maybe, note, cards, shown: 0, offers };
      drawn.set(line, d);
    }
    d.li.dataset.turn = String(line.turn);
    if (line.who === "user") drawUser(line, d);
    else drawAgent(line, d);
  }
  follow();
  drawState(c.state);
  drawFindings(c);
  drawWaterfall(c);
}

// The log follows the conversation until somebody scrolls back.
let following = true;
el("log").addEventListener("scroll", () => {
  const log = el("log");
  following = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
});
new ResizeObserver(follow).observe(el("log"));

function follow(): void {
  if (!following) return;
  const log = el("log");
  log.scrollTop = log.scrollHeight;
  // Where the screen is too low for the log to scroll by itself, the page does.
  if (getComputedStyle(log).overflowY === "visible") log.lastElementChild?.scrollIntoView({ block: "nearest" });
}

type Drawn = NonNullable<ReturnType<typeof drawn.get>>;

function drawUser(u: UserLine, d: Drawn): void {
  set(d.text, capital(u.text)); // ears write none
  set(d.maybe, u.partial ? ` ${u.partial}` : "");
  d.li.classList.toggle("open", u.turn === 0);
  set(d.note, u.rejected ? "not understood" : u.typed ? "typed" : "");
}

function drawAgent(a: AgentLine, d: Drawn): void {
  set(d.text, a.heard);
  d.li.classList.toggle("cut", a.cut);
  d.li.classList.toggle("open", !a.ended);
  set(d.note, a.silent ? "the voice is broken: shown only" : a.cut ? "interrupted: only this much was heard" : "");
  for (; d.shown < a.citations.length; d.shown++) {
    const c = a.citations[d.shown];
    if (c) d.cards.append(card(c));
  }
  for (const q of a.offers.slice(d.offers.childElementCount)) d.offers.append(question(q));
}

function question(q: string): HTMLElement {
  const b = make("button", "chip", q);
  b.type = "button";
  b.addEventListener("click", () => ask(q));
  return b;
}

function card(c: Citation): HTMLElement {
  const b = make("button", "card");
  b.type = "button";
  b.dataset.citation = c.id;
  b.append(make("strong", "", c.title || c.kind || "Source"), make("span", "quiet small", [c.kind, c.publisher, day(c.published)].filter(Boolean).join(" · ")));
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

const hints: Record<string, string> = {
  initializing: "connecting",
  idle: "idle",
  listening: "listening",
  thinking: "thinking",
  speaking: "tap to interrupt",
};

export function drawState(state: string): void {
  const b = el("state");
  const words = states[state] ?? (state || "not in a call");
  if (b.dataset.state !== state) {
    b.dataset.state = state;
    document.body.dataset.state = state;
    b.textContent = words;
    set(el("hint"), hints[state] ?? "");
  }
}

// --- what is owed

const progress: Record<string, string> = {
  pending: "being looked up",
  ready: "here: told at the next pause",
  offered: "being told",
  spoken: "told",
  expired: "not found",
};

function drawFindings(c: Conversation): void {
  // What is owed first, then how the last ones ended.
  const open = c.findings.filter((f) => !settled.has(f.state));
  const ended = c.findings.filter((f) => settled.has(f.state) && f.state in progress).slice(-3);
  el("owed").hidden = open.length + ended.length === 0;
  const list = el("findings");
  const shown = [...open, ...ended];
  const want = shown.map((f) => `${f.id} ${f.state}`).join("|");
  if (list.dataset.drawn === want) return;
  list.dataset.drawn = want;
  list.replaceChildren(
    ...shown.map((f) => {
      const li = make("li", "chip owed");
      li.dataset.state = f.state;
      li.append(make("span", "", f.question || f.agent), make("em", "quiet small", progress[f.state] ?? f.state));
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
  set(el("total"), `${w.total} ms`);
  const scale = Math.max(1000, Math.ceil(w.total / 250) * 250);
  el("fall").style.setProperty("--scale", String(scale));
  const some = w.parts.filter((p) => p.ms > 0);
  bar.setAttribute("aria-label", some.map((p) => `${p.name} ${p.ms} milliseconds`).join(", "));
  bar.replaceChildren(
    ...some.map((p, i) => {
      const s = make("span", `part p${i % 6}`);
      s.style.width = `${(100 * p.ms) / scale}%`;
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

// drawLine says what the way of the sound adds to that silence, beside the bands of ITU-T G.114.
export function drawLine(l: Wire): void {
  const p = el("wire");
  p.hidden = false;
  const band = l.oneWay <= 150 ? "good" : l.oneWay <= 400 ? "tolerable" : "too long";
  const lost = l.lost > 0.02 ? `; ${Math.round(100 * l.lost)} % of the sound is lost on the way` : "";
  set(p, `The line adds some ${l.oneWay} ms one way: ${band}${lost}.`);
}

// --- the source behind a citation

async function open(c: Citation): Promise<void> {
  const box = el<HTMLDialogElement>("source");
  set(el("source-title"), c.title || "Source");
  set(el("source-meta"), [c.kind, c.publisher, day(c.published)].filter(Boolean).join(" · "));
  el("source-text").replaceChildren(laid(c.quote, c.quote));
  el("source-facts").replaceChildren();
  link(c.url);
  box.showModal();
  try {
    const p = await api.passage(c.id);
    set(el("source-title"), p.title || c.title);
    set(el("source-meta"), [p.kind, p.publisher, day(p.published), p.edition && `edition of ${p.edition}`].filter(Boolean).join(" · "));
    el("source-text").replaceChildren(laid(p.text || p.quote, p.quote || c.quote));
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
  if (invented) {
    p.append(make("span", "quiet", `An invented address: ${url}`));
    return;
  }
  const a = make("a", "", url);
  a.href = url;
  a.rel = "noreferrer noopener";
  a.target = "_blank";
  p.append(a);
}

// --- around the conversation

let invented = false; // addresses lead nowhere

export function drawInfo(i: api.Info): void {
  invented = i.invented;
  set(el("edition"), i.edition ? capital(`${i.market ? `${i.market}, ` : ""}edition of ${i.edition}`) : "no brief yet");
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
  if (i.stale) notice({ title: i.edition ? "This is not today's brief" : "There is no brief yet", help: i.stale, fatal: false }, "stale");
  else dismiss("stale");
}

export function drawQuestions(qs: string[]): void {
  el("try").hidden = qs.length === 0;
  el("questions").replaceChildren(
    ...qs.map((q) => {
      const li = make("li");
      li.append(question(q));
      return li;
    }),
  );
}

// notice shows n, in the place of an earlier one with the same key.
export function notice(n: Notice, key: string, again?: { label: string; do: () => void }): void {
  dismiss(key);
  const box = make("div", n.fatal ? "notice fatal" : "notice");
  box.dataset.key = key;
  box.setAttribute("role", n.fatal ? "alert" : "status");
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
