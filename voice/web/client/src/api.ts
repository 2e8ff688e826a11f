// What the page asks its own server.

export interface Info {
  market: string;
  invented: boolean;
  edition: string;
  stale?: string;
  next_run?: string;
  ears: string;
  voice: string;
  brain: string;
  basic: boolean;
  agent: string;
  version: string;
}

export interface Pass {
  url: string;
  token: string;
  room: string;
  identity: string;
}

export interface Passage {
  id: string;
  title: string;
  url: string;
  publisher: string;
  published: string;
  kind: string;
  text: string;
  quote: string;
  edition: string;
  facts?: string[];
}

// A Refusal is an answer that says why not.
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { signal: AbortSignal.timeout(8000) };
  if (body !== undefined) {
    init.method = "POST";
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const resp = await fetch(path, init);
  const data = await resp.json().catch(() => ({}));
  if (!resp.ok) throw new Refusal((data as { error?: string }).error ?? resp.statusText, resp.status);
  return data as T;
}

export const info = () => ask<Info>("api/info");
export const questions = () => ask<string[]>("api/questions");
export const passage = (id: string) => ask<Passage>(`api/passage/${encodeURIComponent(id)}`);

export async function pass(room: string, identity: string): Promise<Pass> {
  const p = await ask<Pass>("api/token", { room, identity });
  if (p.url.startsWith("/")) {
    const u = new URL(p.url, location.href);
    u.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    p.url = u.href;
  }
  return p;
}
