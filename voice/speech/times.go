package speech

import "strings"

var zones = map[string]string{
	"est": "Eastern", "edt": "Eastern", "et": "Eastern", "pst": "Pacific", "pdt": "Pacific", "pt": "Pacific", "cst": "Central", "cdt": "Central", "ct": "Central",
	"mst": "Mountain", "mdt": "Mountain", "mt": "Mountain", "gmt": "G M T", "utc": "U T C", "bst": "B S T", "cet": "C E T", "cest": "C E S T", "jst": "J S T",
	"hkt": "H K T", "ist": "I S T", "z": "U T C", "akst": "A K S T", "hst": "H S T", "aest": "A E S T",
}

// time says "4:00 p.m. ET", "14:10:30", "2pm" and "9:30-10:00".
func (v *Verbaliser) time(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	core := t.core(p)
	if core == "" || !digit(core[0]) {
		return dst, p, false
	}
	if low, high, ok := cutDash(core); ok {
		_, _, lok := v.clock(nil, low, false)
		_, _, hok := v.clock(nil, high, false)
		if lok && hok {
			dst, _, _ = v.clock(dst, low, false)
			dst = word(dst, "to")
			return v.clockAndSuffix(dst, t, p, high)
		}
		// "5pm-7 pm": the suffix of the second time stands in the next piece
		if next, ok := t.follower(p); ok && (lok || atoi(low) > 0 && atoi(low) < 13) && (hok || atoi(high) > 0 && atoi(high) < 25) {
			if half, _, ok := halfOfDay(t.core(next)); ok && half != "" {
				dst, _, _ = v.clock(dst, low, !lok)
				return v.clockAndSuffix(word(dst, "to"), t, p, high)
			}
		}
		return dst, p, false
	}
	return v.clockAndSuffix(dst, t, p, core)
}

func cutDash(s string) (string, string, bool) {
	for _, m := range [...]string{"-", "–", "—"} {
		if low, high, ok := strings.Cut(s, m); ok {
			return low, high, true
		}
	}
	return s, "", false
}

// clockAndSuffix says the time s, which ends the core of p, with the half of day and the zone that follow it.
func (v *Verbaliser) clockAndSuffix(dst []byte, t *text, p piece, s string) ([]byte, piece, bool) {
	half := ""
	last := p
	if p.to == p.end {
		if next := t.piece(p.end); next.from == next.start {
			if h, zone, ok := halfOfDay(t.core(next)); ok {
				if _, _, ok := v.clock(nil, s, true); ok {
					half, last = h, v.takeDot(t, next)
					dst, _, _ = v.clock(dst, s, true)
					dst = word(dst, v.half(half))
					if zone != "" {
						return word(dst, v.zone(zone)), last, true
					}
					return v.zoneAfter(dst, t, last)
				}
			}
		}
	}
	out, sure, ok := v.clock(dst, s, false)
	if !ok || !sure {
		return dst, p, false
	}
	if strings.Contains(s, ".m") {
		last = v.takeDot(t, p)
	}
	return v.zoneAfter(out, t, last)
}

// takeDot takes the full stop of "p.m." into the piece.
func (v *Verbaliser) takeDot(t *text, p piece) piece {
	if strings.HasPrefix(t.after(p), ".") && strings.Contains(t.core(p), ".") {
		if p.to+1 < p.end || v.literal {
			p.to++
			return p
		}
		if next := t.piece(p.end); next.start < len(t.s) && (next.from == next.to || !upper(t.s[next.from])) || zoneKey(t.core(next)) != "" {
			p.to++
		}
	}
	return p
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// halfOfDay reads "am", "p.m", and "p.mest" with its zone.
func halfOfDay(s string) (half, zone string, ok bool) {
	l := lower(s)
	k := l.key()
	var buf [16]byte
	b := buf[:0]
	for _, c := range k {
		if c != '.' {
			if len(b) == len(buf) {
				return "", "", false
			}
			b = append(b, c)
		}
	}
	if len(b) < 2 || b[1] != 'm' || b[0] != 'a' && b[0] != 'p' {
		return "", "", false
	}
	half = "a"
	if b[0] == 'p' {
		half = "p"
	}
	if len(b) == 2 {
		return half, "", true
	}
	if _, ok := zones[string(b[2:])]; ok {
		return half, string(b[2:]), true
	}
	return "", "", false
}

func (v *Verbaliser) half(h string) string {
	switch {
	case v.literal && h == "a":
		return "AM"
	case v.literal:
		return "PM"
	case h == "a":
		return "A M"
	}
	return "P M"
}

func (v *Verbaliser) zone(key string) string {
	if v.literal {
		return strings.ToUpper(key)
	}
	return zones[key]
}

func zoneKey(s string) string {
	l := lower(strings.ReplaceAll(s, ".", ""))
	if _, ok := zones[string(l.key())]; ok {
		return string(l.key())
	}
	return ""
}

func (v *Verbaliser) zoneAfter(dst []byte, t *text, p piece) ([]byte, piece, bool) {
	if p.to != p.end {
		return dst, p, true
	}
	next := t.piece(p.end)
	s := t.core(next)
	if s == "" || next.from != next.start {
		return dst, p, true
	}
	if key := zoneKey(s); key != "" && (v.literal || upper(s[0]) || len(key) == 3) && key != "z" {
		if strings.Contains(s, ".") && strings.HasPrefix(t.after(next), ".") {
			next.to++
		}
		return word(dst, v.zone(key)), next, true
	}
	return dst, p, true
}

// clock says the time that s is. sure is false where it would only be one if "pm" stood behind it, which suffixed says.
func (v *Verbaliser) clock(dst []byte, s string, suffixed bool) (out []byte, sure, ok bool) {
	body, half, zone := s, "", ""
	for i := 0; i < len(s); i++ {
		if letter(s[i]) {
			h, z, ok := halfOfDay(s[i:])
			if !ok {
				return dst, false, false
			}
			body, half, zone = strings.TrimSuffix(s[:i], "."), h, z
			break
		}
	}
	var part [3]int
	n := 0
	colon := true
	for rest := body; ; n++ {
		if n == 3 {
			return dst, false, false
		}
		i := strings.IndexAny(rest, ":.")
		one := rest
		if i >= 0 {
			one = rest[:i]
			colon = colon && rest[i] == ':'
		}
		if len(one) == 0 || len(one) > 2 || n > 0 && len(one) != 2 || atoi(one) < 0 {
			return dst, false, false
		}
		part[n] = atoi(one)
		if i < 0 {
			n++
			break
		}
		rest = rest[i+1:]
	}
	h, m := part[0], part[1]
	withHalf := suffixed || half != ""
	if h > 24 || m > 59 || part[2] > 59 || n == 1 && !withHalf || !colon && !withHalf || withHalf && h > 12 && n == 1 {
		return dst, false, false
	}
	switch {
	case n == 3 && !withHalf:
		dst = word(below100(dst, h), plural("hour", h))
		dst = word(below100(dst, m), plural("minute", m))
		dst = word(below100(word(dst, "and"), part[2]), plural("second", part[2]))
	case n == 1:
		dst = below100(dst, h)
	case m == 0 && withHalf:
		dst = below100(dst, h)
	case m == 0 && !v.literal && h > 12:
		dst = word(below100(dst, h), "hundred")
	case m == 0:
		dst = word(below100(dst, h), "o'clock")
	case m < 10:
		dst = below100(word(below100(dst, h), "oh"), m)
	default:
		dst = below100(below100(dst, h), m)
	}
	if half != "" {
		dst = word(dst, v.half(half))
	}
	if zone != "" {
		dst = word(dst, v.zone(zone))
	}
	return dst, true, true
}

func plural(w string, n int) string {
	if n == 1 {
		return w
	}
	switch w {
	case "hour":
		return "hours"
	case "minute":
		return "minutes"
	}
	return "seconds"
}
