package speech

// A Stream verbalises text that arrives in tokens. What it gives out, joined, is the same for every way of cutting the
// text into tokens. A word is given out when the token after it has come; a number waits for what may belong to it.
type Stream struct {
	v     *Verbaliser
	t     text
	pos   int
	began bool
	last  byte // of what was given out: what is said next depends on it
	buf   []byte
}

// Stream begins a stream.
func (v *Verbaliser) Stream() *Stream { return &Stream{v: v} }

// Write adds a token and returns the words that are certain by now.
func (s *Stream) Write(token string) string {
	s.t.s += token
	out := s.read()
	if s.pos > 4*lookBack {
		cut := s.pos - 2*lookBack
		s.t.s, s.pos = s.t.s[cut:], s.pos-cut
	}
	return out
}

// Flush returns the rest and begins anew.
func (s *Stream) Flush() string {
	s.t.final = true
	out := s.read()
	*s = Stream{v: s.v, buf: s.buf}
	return out
}

func (s *Stream) read() string {
	s.buf = s.buf[:0]
	if s.began {
		s.buf = append(s.buf, s.last)
	}
	s.buf, s.pos, _ = s.v.read(s.buf, &s.t, s.pos, nil)
	out := s.buf
	if s.began {
		out = out[1:]
	}
	if len(out) > 0 {
		s.began, s.last = true, out[len(out)-1]
	}
	return string(out)
}
