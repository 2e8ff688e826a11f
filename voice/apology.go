package voice

import "errors"

// apology is what is said when a reply failed; nothing where the voice itself did. The error is for operators: it is on
// the log, and never spoken.
func (s *Session) apology(err error) string {
	var v voiceless
	if errors.As(err, &v) {
		return ""
	}
	return s.o.Phrases.Apology
}
