// The session's log as the agent sends it on the topic "aubade.events". Durations are nanoseconds.

export interface Citation {
  id: string;
  title: string;
  url: string;
  publisher: string;
  published: string;
  kind: string;
  quote: string;
}

export interface Say {
  Kind: string;
  Text: string;
  Citations: Citation[] | null;
  Deferred: string[] | null;
  Offers?: string[] | null; // questions that may be asked instead
}

export interface Finding {
  id: string;
  question: string;
  state: string;
  agent: string;
}

export interface Part {
  name: string;
  for: number;
}

export interface Event {
  at: number;
  kind: string;
  turn?: number;
  text?: string;
  heard?: string;
  cause?: string;
  say?: Say;
  finding?: Finding;
  waterfall?: { ttfa: number; parts: Part[] };
  counts?: { gathered: number; deferred: number; failed: number };
}
