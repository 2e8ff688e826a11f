package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
)

// The library gives text either without its place or glyph by glyph with line ends that nobody drew, and reads a font
// anew each time that it is chosen. So the few operators that place text are interpreted here.

// A pdfRun is text that is drawn in one go, from x to end, on the line at y.
type pdfRun struct {
	x, y, end, size float64
	text            string
	hidden          bool
}

// A pdfFont is what is needed of a font, read once.
type pdfFont struct {
	enc    pdf.TextEncoding
	widths map[int]float64 // thousandths of the size
	usual  float64
	wide   bool // two bytes a character
}

func readFont(f pdf.Font) *pdfFont {
	out := &pdfFont{enc: f.Encoder(), widths: map[int]float64{}, usual: 500}
	if f.V.Key("Subtype").Name() != "Type0" {
		for i, w := range f.Widths() {
			out.widths[f.FirstChar()+i] = w
		}
		return out
	}
	out.wide, out.usual = true, 1000
	d := f.V.Key("DescendantFonts").Index(0)
	if w := d.Key("DW"); w.Kind() == pdf.Integer || w.Kind() == pdf.Real {
		out.usual = w.Float64()
	}
	// W is "first [widths…]" or "first last width", repeated.
	w := d.Key("W")
	for i := 0; i+1 < w.Len(); {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for j := range list.Len() {
				out.widths[first+j] = list.Index(j).Float64()
			}
			i += 2
			continue
		}
		if i+2 >= w.Len() {
			break
		}
		for c := first; c <= min(int(w.Index(i+1).Int64()), first+1<<16); c++ {
			out.widths[c] = w.Index(i + 2).Float64()
		}
		i += 3
	}
	return out
}

// advance is how far a string moves on, in thousandths of the size, and how many characters it has.
func (f *pdfFont) advance(raw string) (sum float64, n int) {
	for i := 0; i < len(raw); i++ {
		c := int(raw[i])
		if f.wide {
			if i++; i == len(raw) {
				break
			}
			c = c<<8 | int(raw[i])
		}
		w, ok := f.widths[c]
		if !ok {
			w = f.usual
		}
		sum += w
		n++
	}
	return sum, n
}

// An affine is a PDF matrix [a b c d e f].
type affine [6]float64

func (m affine) times(n affine) affine {
	return affine{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// pdfState is the part of the graphics state that places text.
type pdfState struct {
	ctm, tm, line          affine
	font                   *pdfFont
	size, lead, char, word float64
	scale                  float64
	mode                   int64
}

// pdfPen draws a page's text into runs.
type pdfPen struct {
	pdfState
	saved []pdfState
	fonts map[string]*pdfFont
	page  pdf.Page
	runs  []pdfRun
}

// maxRuns bounds what one page may draw: no page that is read has more.
const maxRuns = 200_000

func pdfRuns(page pdf.Page) []pdfRun {
	strm := page.V.Key("Contents")
	if strm.IsNull() {
		return nil
	}
	unit := affine{1, 0, 0, 1, 0, 0}
	p := &pdfPen{page: page, fonts: map[string]*pdfFont{}, pdfState: pdfState{ctm: unit, tm: unit, line: unit, scale: 1}}
	pdf.Interpret(strm, func(stk *pdf.Stack, op string) {
		args := make([]pdf.Value, stk.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stk.Pop()
		}
		if len(p.runs) < maxRuns {
			p.do(op, args)
		}
	})
	return p.runs
}

func numbers(args []pdf.Value, n int) ([]float64, bool) {
	if len(args) < n {
		return nil, false
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = args[len(args)-n+i].Float64()
	}
	return out, true
}

func (p *pdfPen) do(op string, args []pdf.Value) {
	var last pdf.Value
	if len(args) > 0 {
		last = args[len(args)-1]
	}
	switch op {
	case "q":
		if len(p.saved) < 1000 {
			p.saved = append(p.saved, p.pdfState)
		}
	case "Q":
		if n := len(p.saved); n > 0 {
			p.pdfState, p.saved = p.saved[n-1], p.saved[:n-1]
		}
	case "cm":
		if v, ok := numbers(args, 6); ok {
			p.ctm = affine(v).times(p.ctm)
		}
	case "BT":
		p.tm = affine{1, 0, 0, 1, 0, 0}
		p.line = p.tm
	case "Tm":
		if v, ok := numbers(args, 6); ok {
			p.tm = affine(v)
			p.line = p.tm
		}
	case "Td", "TD":
		if v, ok := numbers(args, 2); ok {
			if op == "TD" {
				p.lead = -v[1]
			}
			p.next(v[0], v[1])
		}
	case "T*":
		p.next(0, -p.lead)
	case "TL":
		p.lead = last.Float64()
	case "Tc":
		p.char = last.Float64()
	case "Tw":
		p.word = last.Float64()
	case "Tz":
		p.scale = last.Float64() / 100
	case "Tr":
		p.mode = last.Int64()
	case "Tf":
		if len(args) == 2 {
			p.size = args[1].Float64()
			name := args[0].Name()
			if p.fonts[name] == nil {
				p.fonts[name] = readFont(p.page.Font(name))
			}
			p.font = p.fonts[name]
		}
	case "Tj":
		p.show(last.RawString())
	case "'", "\"":
		if v, ok := numbers(args[:max(0, len(args)-1)], 2); ok && op == "\"" {
			p.word, p.char = v[0], v[1]
		}
		p.next(0, -p.lead)
		p.show(last.RawString())
	case "TJ":
		for i := range last.Len() {
			if x := last.Index(i); x.Kind() == pdf.String {
				p.show(x.RawString())
			} else {
				p.move(-x.Float64() / 1000 * p.size * p.scale)
			}
		}
	}
}

func (p *pdfPen) next(x, y float64) {
	p.line = affine{1, 0, 0, 1, x, y}.times(p.line)
	p.tm = p.line
}

func (p *pdfPen) move(x float64) { p.tm = affine{1, 0, 0, 1, x, 0}.times(p.tm) }

func (p *pdfPen) show(raw string) {
	if p.font == nil || raw == "" {
		return
	}
	text := raw
	if p.font.enc != nil {
		text = p.font.enc.Decode(raw)
	}
	from := p.tm.times(p.ctm)
	sum, n := p.font.advance(raw)
	p.move((sum/1000*p.size + float64(n)*p.char + float64(strings.Count(raw, " "))*p.word) * p.scale)
	to := p.tm.times(p.ctm)
	size := abs(p.size * from[3])
	if size == 0 { // turned by a quarter
		size = abs(p.size * from[1])
	}
	p.runs = append(p.runs, pdfRun{x: from[4], y: from[5], end: to[4], size: size, text: text, hidden: p.mode == 3 || size < 2})
}

func abs(x float64) float64 { return max(x, -x) }

// visible leaves out what nobody sees beside what is seen. A scan, whose text is all hidden behind a picture, is read.
func visible(runs []pdfRun) []pdfRun {
	var out []pdfRun
	for _, r := range runs {
		if !r.hidden {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return runs
	}
	return out
}

// A pdfLine is text that stands on one line, with the height that it stands at.
type pdfLine struct {
	y, size float64
	text    string
	end     float64
}

// ligatures are printers' signs; a voice cannot say them.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

// pdfLines puts runs into lines, in the order in which they are drawn: a page of two columns draws one after the other.
// A wide gap within a line stands between the cells of a table.
func pdfLines(runs []pdfRun) []*pdfLine {
	var (
		out []*pdfLine
		cur *pdfLine
		b   strings.Builder
	)
	shut := func() {
		if cur != nil {
			cur.text = strings.Join(strings.Fields(strings.Trim(b.String(), " |")), " ")
		}
		b.Reset()
	}
	for _, r := range runs {
		size := max(r.size, 1)
		if cur == nil || r.y < cur.y-size*0.4 || r.y > cur.y+size*0.6 || r.x < cur.end-2*size {
			shut()
			cur = &pdfLine{y: r.y, size: size, end: r.x}
			out = append(out, cur)
		}
		switch gap := r.x - cur.end; {
		case b.Len() == 0:
		case gap > 2.5*size:
			b.WriteString(" | ")
		case gap > 0.15*size:
			b.WriteByte(' ')
		}
		b.WriteString(ligatures.Replace(r.text))
		cur.end = r.end
	}
	shut()
	return out
}

// pdfParagraphs joins lines until one ends a sentence or the gap to the next is wider than between lines. Rows of a table
// stay lines of one paragraph.
func pdfParagraphs(lines []*pdfLine) []string {
	var (
		out, cur []string
		table    bool // cur are rows
		last     *pdfLine
	)
	end := func() {
		sep := " "
		if table {
			sep = "\n"
		}
		if len(cur) > 0 {
			out = append(out, strings.ToValidUTF8(strings.Join(cur, sep), ""))
		}
		cur, table = nil, false
	}
	for _, l := range lines {
		if l.text == "" {
			continue
		}
		row := strings.Contains(l.text, " | ")
		if last != nil {
			big, small := max(last.size, l.size), min(last.size, l.size)
			if gap := last.y - l.y; gap < 0 || gap > 1.7*big || row != table || big > 1.15*small {
				end()
			}
		}
		table = row
		if n := len(cur); n > 0 && !row && wordBreak(cur[n-1], l.text) {
			cur[n-1] = strings.TrimSuffix(cur[n-1], "-") + l.text
		} else {
			cur = append(cur, l.text)
		}
		if !row && (strings.HasSuffix(l.text, ".") || strings.HasSuffix(l.text, ":")) {
			end()
		}
		last = l
	}
	end()
	return out
}

// wordBreak says that a line ends with a printer's hyphen: small letters stand on both of its sides.
func wordBreak(line, next string) bool {
	head, ok := strings.CutSuffix(line, "-")
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(next)
	return ok && unicode.IsLower(before) && unicode.IsLower(after)
}
