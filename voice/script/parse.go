package script

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Script is a parsed conversation.
type Script struct {
	Lines []Line
}

// A Line is one thing that happens, or how something behaves.
type Line struct {
	At   time.Duration // of the caller's lines
	Who  string        // user, noise, type, model, voice, …
	Name string        // of an agent
	For  time.Duration // how long it lasts, or how late it is
	Text string        // the quoted words
	Args map[string]string
}

// timed lists the lines that begin with a time.
var timed = map[string]bool{
	"user": true, "noise": true, "type": true, "tap": true, "hangup": true, "goodbye": true, "mute": true, "unmute": true,
	"present": true, "leave": true, "burst": true, "gap": true, "jitter": true,
}

var untimed = map[string]bool{
	"model": true, "voice": true, "backup": true, "ears": true, "spare": true, "agent": true, "greeting": true, "nudge": true,
	"farewell": true, "set": true, "room": true,
}

// Parse reads a script. Empty lines and lines that begin with # are skipped.
func Parse(text string) (*Script, error) {
	s := &Script{}
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimSpace(raw)
		if raw == "" || raw[0] == '#' {
			continue
		}
		l, err := parseLine(raw)
		if err != nil {
			return nil, fmt.Errorf("script: line %d: %w", i+1, err)
		}
		s.Lines = append(s.Lines, l)
	}
	return s, nil
}

func parseLine(raw string) (Line, error) {
	toks, err := tokens(raw)
	if err != nil {
		return Line{}, err
	}
	l := Line{Args: map[string]string{}}
	at := false
	if d, err := time.ParseDuration(toks[0].text); err == nil && !toks[0].quoted {
		if d < 0 || d > 24*time.Hour {
			return Line{}, fmt.Errorf("%v is no time of a call", d)
		}
		l.At, at = d, true
		toks = toks[1:]
	}
	if len(toks) == 0 {
		return Line{}, errors.New("a time, but nothing happens")
	}
	l.Who = toks[0].text
	switch {
	case timed[l.Who] && !at:
		return Line{}, fmt.Errorf("%s needs a time", l.Who)
	case untimed[l.Who] && at:
		return Line{}, fmt.Errorf("%s has no time of its own", l.Who)
	case !timed[l.Who] && !untimed[l.Who]:
		return Line{}, fmt.Errorf("nobody is called %q", l.Who)
	}
	for _, t := range toks[1:] {
		switch key, value, ok := strings.Cut(t.text, "="); {
		case t.quoted && t.key == "":
			l.Text = t.text
		case t.key != "":
			l.Args[t.key] = t.text
		case ok:
			l.Args[key] = value
		default:
			if d, err := time.ParseDuration(t.text); err == nil {
				if d < 0 || d > 24*time.Hour {
					return Line{}, fmt.Errorf("%v is no length of anything here", d)
				}
				l.For = d
			} else if l.Who == "agent" && l.Name == "" {
				l.Name = t.text
			} else {
				l.Args[t.text] = ""
			}
		}
	}
	if l.Who == "user" && l.For == 0 {
		return Line{}, errors.New("a user line needs to last")
	}
	return l, nil
}

// dur is an argument as a time; without it, or where it is none, or.
func (l Line) dur(key string, or time.Duration) time.Duration {
	if d, err := time.ParseDuration(l.Args[key]); err == nil {
		return d
	}
	return or
}

// has says whether an argument is there at all.
func (l Line) has(key string) bool { _, ok := l.Args[key]; return ok }

type token struct {
	key, text string
	quoted    bool
}

// tokens splits a line at spaces; quoted text stays whole, also after key=.
func tokens(s string) ([]token, error) {
	var out []token
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := strings.IndexAny(s, " \t\"")
		switch {
		case end < 0:
			out = append(out, token{text: s})
			return out, nil
		case s[end] != '"':
			out = append(out, token{text: s[:end]})
			s = s[end:]
		default:
			q, err := strconv.QuotedPrefix(s[end:])
			if err != nil {
				return nil, fmt.Errorf("a quote does not close: %s", s[end:])
			}
			text, err := strconv.Unquote(q)
			if err != nil {
				return nil, err
			}
			t := token{text: text, quoted: true}
			if key := s[:end]; key != "" {
				if !strings.HasSuffix(key, "=") {
					return nil, fmt.Errorf("%q stands before a quote", key)
				}
				t.key = strings.TrimSuffix(key, "=")
			}
			out = append(out, t)
			s = s[end+len(q):]
		}
	}
	return out, nil
}
