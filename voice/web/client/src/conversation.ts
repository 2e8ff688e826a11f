// What the page knows of the call: a pure function of the events, so that drawing is all that is left to the view.

import type { Citation, Event, Finding, Part } from "./events";

export interface UserLine {
  who: "user";
  turn: number; // 0 while the turn has not ended
  text: string; // finals
  partial: string; // what may still change
  typed: boolean;
  rejected: boolean; // speech, but none that this brief knows
}

export interface AgentLine {
  who: "agent";
  turn: number;
  heard: string; // what has sounded so far
  citations: Citation[];
  offers: string[]; // questions that may be asked instead
  ended: boolean;
  cut: boolean; // somebody took the floor
  silent: boolean; // the voice could not say it
}

export type Line = UserLine | AgentLine;

export interface Waterfall {
  turn: number;
  total: number; // ms
  parts: { name: string; ms: number }[];
}

export interface Conversation {
  state: string;
  lines: Line[];
  findings: Finding[];
  waterfall: Waterfall | null;
  trouble: string;
  over: boolean;
}

export function empty(): Conversation {
  return { state: "", lines: [], findings: [], waterfall: null, trouble: "", over: false };
}

// settled are the states of a finding that need no attention any more.
export const settled = new Set(["spoken", "superseded", "expired", "withdrawn"]);

// apply changes c by one event.
export function apply(c: Conversation, e: Event): void {
  switch (e.kind) {
    case "state":
      c.state = e.text ?? "";
      break;
    // Words that come when their turn has ended, and name it, are on its line already, or "revised" will put them there.
    case "partial": {
      if (e.turn) break;
      const u = pending(c);
      u.partial = e.text ?? "";
      u.rejected = false;
      break;
    }
    case "final": {
      if (e.turn) break;
      const u = pending(c);
      u.text = join(u.text, e.text ?? "");
      u.partial = "";
      break;
    }
    case "rejected": {
      if (e.turn) break;
      const u = pending(c);
      u.rejected = true;
      u.partial = "";
      break;
    }
    case "turn.end":
      end(c, e);
      break;
    case "resumed":
      resume(c, e.turn ?? 0);
      break;
    case "revised": {
      const u = userLine(c, e.turn ?? 0);
      if (u && e.text) u.text = e.text;
      break;
    }
    case "saying": {
      const a = agentLine(c, e.turn ?? 0);
      for (const cite of e.say?.Citations ?? []) {
        if (!a.citations.some((known) => known.id === cite.id)) a.citations.push(cite);
      }
      if (e.cause === "not spoken") {
        a.heard = join(a.heard, e.say?.Text ?? "");
        a.silent = a.ended = true;
      }
      for (const q of e.say?.Offers ?? []) if (!a.offers.includes(q)) a.offers.push(q);
      break;
    }
    case "caption": {
      const a = agentLine(c, e.turn ?? 0);
      a.heard = join(a.heard, e.text ?? "");
      break;
    }
    case "barge-in": {
      const a = find(c, e.turn ?? 0);
      if (a) a.cut = true;
      break;
    }
    case "reply.end": {
      const a = find(c, e.turn ?? 0);
      if (!a) break;
      a.ended = true;
      if (e.heard !== undefined) a.heard = e.heard;
      if (a.heard === "") c.lines = c.lines.filter((l) => l !== a); // nobody heard anything of it
      break;
    }
    case "deferral":
      if (e.finding) keep(c, e.finding);
      break;
    case "waterfall":
      if (e.waterfall) {
        c.waterfall = {
          turn: e.turn ?? 0,
          total: ms(e.waterfall.ttfa),
          parts: e.waterfall.parts.map((p: Part) => ({ name: p.name, ms: ms(p.for) })),
        };
      }
      break;
    case "trouble":
      c.trouble = e.text ?? "";
      break;
    case "session.end":
      c.over = true;
      break;
  }
}

function ms(ns: number): number {
  return Math.round(ns / 1e6);
}

function join(a: string, b: string): string {
  return `${a} ${b}`.replace(/\s+/g, " ").trim();
}

// pending is the user's turn that has not ended.
function pending(c: Conversation): UserLine {
  for (const l of c.lines) if (l.who === "user" && l.turn === 0) return l;
  const u: UserLine = { who: "user", turn: 0, text: "", partial: "", typed: false, rejected: false };
  c.lines.push(u);
  return u;
}

function userLine(c: Conversation, turn: number): UserLine | undefined {
  return c.lines.findLast((l): l is UserLine => l.who === "user" && l.turn === turn);
}

function end(c: Conversation, e: Event): void {
  if (e.cause === "typed") {
    c.lines.push({ who: "user", turn: e.turn ?? 0, text: e.text ?? "", partial: "", typed: true, rejected: false });
    return;
  }
  const u = pending(c);
  u.turn = e.turn ?? 0;
  u.text = e.text || join(u.text, u.partial);
  u.partial = "";
}

// resume takes a turn's end back: the user goes on, and what had been said in answer is dropped.
function resume(c: Conversation, turn: number): void {
  const u = userLine(c, turn);
  if (u) {
    c.lines = c.lines.filter((l) => !(l.who === "user" && l.turn === 0) && !(l.who === "agent" && l.turn === turn && l.heard === ""));
    u.turn = 0;
  }
}

function find(c: Conversation, turn: number): AgentLine | undefined {
  return c.lines.findLast((l): l is AgentLine => l.who === "agent" && l.turn === turn);
}

function agentLine(c: Conversation, turn: number): AgentLine {
  const known = find(c, turn);
  if (known) return known;
  const a: AgentLine = { who: "agent", turn, heard: "", citations: [], offers: [], ended: false, cut: false, silent: false };
  c.lines.push(a);
  return a;
}

function keep(c: Conversation, f: Finding): void {
  const i = c.findings.findIndex((known) => known.id === f.id);
  if (i >= 0) c.findings[i] = f;
  else c.findings.push(f);
}
