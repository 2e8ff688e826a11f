// A passage as it is shown: the words that support the claim stand out, and the rows of a table are a table again.

// laid lays out text, where cells are parted by " | " and rows by line ends, with the first place of quote marked.
export function laid(text: string, quote: string): DocumentFragment {
  const from = quote ? text.indexOf(quote) : -1;
  const to = from < 0 ? -1 : from + quote.length;
  const out = document.createDocumentFragment();
  let table: HTMLTableElement | null = null;
  let prose: HTMLParagraphElement | null = null;
  let at = 0;
  for (const line of text.split("\n")) {
    if (line.includes(" | ")) {
      prose = null;
      if (!table) {
        table = document.createElement("table");
        out.append(table);
      }
      const row = table.insertRow();
      let cell = at;
      for (const words of line.split(" | ")) {
        mark(row.insertCell(), words, from - cell, to - cell);
        cell += words.length + 3;
      }
    } else {
      table = null;
      if (!prose) {
        prose = document.createElement("p");
        out.append(prose);
      } else prose.append("\n");
      mark(prose, line, from - at, to - at);
    }
    at += line.length + 1;
  }
  return out;
}

// mark appends words, with those between two places standing out.
function mark(into: HTMLElement, words: string, from: number, to: number): void {
  const a = Math.min(Math.max(from, 0), words.length);
  const b = Math.min(Math.max(to, a), words.length);
  if (from === to || a === b) {
    into.append(words);
    return;
  }
  const m = document.createElement("mark");
  m.textContent = words.slice(a, b);
  into.append(words.slice(0, a), m, words.slice(b));
}
