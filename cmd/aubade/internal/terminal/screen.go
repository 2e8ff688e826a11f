package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/aubade/aubade/voice"
)

// A Screen shows a call in a plain terminal: what is over is printed for good; below it stand the words that still change,
// the agent's state and what is being typed.
type Screen struct {
	mu    sync.Mutex
	out   io.Writer
	width func() int
	color bool

	state   string
	you     string // finals of the turn that has not ended
	partial string
	agent   map[int]*said
	typing  string
	drawn   int // lines of the changing part that stand there
	closed  bool
}

// said is a reply that is being heard.
type said struct {
	heard string
	cites []voice.Citation
	cut   bool
}

// NewScreen draws on a terminal that is so many columns wide at the moment it is asked.
func NewScreen(out io.Writer, width func() int, color bool) *Screen {
	return &Screen{out: out, width: width, color: color, agent: map[int]*said{}, state: "connecting"}
}

// Show draws an event.
func (s *Screen) Show(e voice.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Kind {
	case voice.StateChange:
		s.state = e.Text
	case voice.Partial:
		s.partial = e.Text
	case voice.Final:
		s.you, s.partial = join(s.you, e.Text), ""
	case voice.Rejected:
		s.you, s.partial = "", ""
		s.print("you", "(not understood)", dim)
	case voice.TurnEnd:
		text := e.Text
		if text == "" {
			text = join(s.you, s.partial)
		}
		s.you, s.partial = "", ""
		s.print("you", text, "")
	case voice.Saying:
		if e.Say != nil && e.Cause == "not spoken" {
			s.print("agent", e.Say.Text, bold)
			s.print("", "the voice is broken: shown only", dim)
		} else if e.Say != nil {
			s.reply(e.Turn).cites = append(s.reply(e.Turn).cites, e.Say.Citations...)
		}
	case voice.Caption:
		s.reply(e.Turn).heard = join(s.reply(e.Turn).heard, e.Text)
	case voice.BargeIn:
		if r := s.agent[e.Turn]; r != nil {
			r.cut = true
		}
	case voice.ReplyEnd:
		s.ended(e)
	case voice.Deferral:
		if e.Finding != nil && progress[e.Finding.State] != "" {
			s.print("owed", e.Finding.Question+": "+progress[e.Finding.State], dim)
		}
	case voice.Waterfall:
		if e.Waterfall != nil {
			s.print("", Silence(*e.Waterfall), dim)
		}
	case voice.Trouble:
		s.print("", "something is broken: "+e.Text, dim)
	}
	s.draw()
}

// progress says how it stands with what is owed, where that is news.
var progress = map[string]string{"pending": "being looked up", "ready": "here", "expired": "not found"}

func (s *Screen) reply(turn int) *said {
	r := s.agent[turn]
	if r == nil {
		r = &said{}
		s.agent[turn] = r
	}
	return r
}

func (s *Screen) ended(e voice.Event) {
	r := s.agent[e.Turn]
	delete(s.agent, e.Turn)
	if r == nil {
		return
	}
	if e.Heard != "" {
		r.heard = e.Heard
	}
	if r.heard == "" {
		return
	}
	if r.cut {
		r.heard += " — (interrupted)"
	}
	s.print("agent", r.heard, bold)
	shown := map[string]bool{}
	for _, c := range r.cites {
		line := "[" + c.Kind + "] " + c.Title
		if c.Publisher != "" {
			line += ", " + c.Publisher
		}
		if !c.Published.IsZero() {
			line += ", " + c.Published.Format("2 January 2006")
		}
		if !shown[line] {
			s.print("", line, dim)
		}
		shown[line] = true
	}
}

// Say prints a line of the program's own.
func (s *Screen) Say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.print("", text, dim)
	s.draw()
}

// Write takes log lines, so that they do not tear the screen.
func (s *Screen) Write(p []byte) (int, error) {
	s.Say(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// Close leaves the cursor below what was printed; nothing is drawn after it.
func (s *Screen) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
	s.closed = true
}

// edit changes the line that is being typed.
func (s *Screen) edit(k key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch k.kind {
	case letter:
		s.typing += string(k.r)
	case backspace:
		_, n := utf8.DecodeLastRuneInString(s.typing)
		s.typing = s.typing[:len(s.typing)-n]
	case erase:
		s.typing = ""
	}
	s.draw()
}

// line takes the line that was typed.
func (s *Screen) line() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := strings.TrimSpace(s.typing)
	s.typing = ""
	s.draw()
	return line
}

const (
	bold = "\x1b[1m"
	dim  = "\x1b[2m"
)

// margin is the column where words begin; before it stands whose they are.
const margin = 7

// print writes a line that will not change any more above those that do.
func (s *Screen) print(who, text, style string) {
	if s.closed {
		return
	}
	s.wipe()
	io.WriteString(s.out, s.laid(who, text, style)) //nolint:errcheck // a terminal that is gone is told by the keyboard
}

// laid wraps text at the screen's width behind a margin.
func (s *Screen) laid(who, text, style string) string {
	var b strings.Builder
	for i, line := range Wrap(text, s.width()-margin-1) {
		if i > 0 {
			who = ""
		}
		fmt.Fprintf(&b, "%*s ", margin-1, who)
		if s.color && style != "" {
			line = style + line + "\x1b[0m"
		}
		b.WriteString(line + "\r\n")
	}
	return b.String()
}

// wipe takes the changing part away.
func (s *Screen) wipe() {
	if s.drawn > 0 {
		fmt.Fprintf(s.out, "\x1b[%dA", s.drawn)
	}
	io.WriteString(s.out, "\r\x1b[J") //nolint:errcheck // as above
	s.drawn = 0
}

// draw writes the changing part anew. The cursor stays behind what is being typed.
func (s *Screen) draw() {
	if s.closed {
		return
	}
	s.wipe()
	var b strings.Builder
	if text := join(s.you, s.partial); text != "" {
		b.WriteString(s.laid("you", text+" …", dim))
	}
	for _, r := range s.agent { // one at a time, but for the moment of a change
		if r.heard != "" {
			b.WriteString(s.laid("agent", r.heard+" …", bold))
		}
	}
	hint := map[string]string{"listening": "● listening", "thinking": "○ thinking", "speaking": "◐ speaking; Enter interrupts"}[s.state]
	if hint == "" {
		hint = "○ " + s.state
	}
	b.WriteString(s.laid("", hint, dim))
	s.drawn = strings.Count(b.String(), "\r\n")
	room := max(1, s.width()-margin-3)
	typing := s.typing
	if n := utf8.RuneCountInString(typing); n > room {
		typing = string([]rune(typing)[n-room:])
	}
	fmt.Fprintf(&b, "%*s %s", margin-1, ">", typing)
	io.WriteString(s.out, b.String()) //nolint:errcheck // as above
}

func join(a, b string) string {
	return strings.Join(strings.Fields(a+" "+b), " ")
}

// harmless leaves out what would move the cursor or worse: titles and log lines hold what strangers wrote.
func harmless(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r != '\n' && unicode.IsControl(r):
		return -1
	}
	return r
}

// Wrap cuts text into lines of at most width columns, at spaces where it can. Control characters are left out.
func Wrap(text string, width int) []string {
	width = max(width, 10)
	var lines []string
	for _, para := range strings.Split(strings.Map(harmless, text), "\n") {
		line := ""
		for _, w := range strings.Split(strings.TrimRight(para, " "), " ") {
			for utf8.RuneCountInString(w) > width {
				if line != "" {
					lines, line = append(lines, line), ""
				}
				r := []rune(w)
				lines, w = append(lines, string(r[:width])), string(r[width:])
			}
			switch {
			case line == "":
				line = w
			case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) <= width:
				line += " " + w
			default:
				lines, line = append(lines, line), w
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// Silence draws where a silence went: a bar of 40 columns for a second, with ticks at 200 ms, the gap that people leave,
// and at 400 ms, ITU-T G.114's limit; then its parts.
func Silence(b voice.Breakdown) string {
	const perColumn = 25 // ms
	shades := []rune("█▓▒░")
	var bar []rune
	var parts []string
	var sum int64
	for i, p := range b.Parts {
		sum += p.For.Milliseconds()
		for int64(len(bar)) < sum/perColumn {
			bar = append(bar, shades[i%len(shades)])
		}
		if ms := p.For.Milliseconds(); ms > 0 {
			parts = append(parts, fmt.Sprintf("%c %s %d", shades[i%len(shades)], p.Name, ms))
		}
	}
	for len(bar) < 40 {
		bar = append(bar, '·')
	}
	for _, ms := range []int{200, 400} {
		bar[ms/perColumn-1] = '|'
	}
	return fmt.Sprintf("%s %d ms\n%s", string(bar), b.TTFA.Milliseconds(), strings.Join(parts, "   "))
}
