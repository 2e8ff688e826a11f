package voice

// apology is what is said when a reply failed. The error itself is for operators: it is on the log, and never spoken.
func (s *Session) apology(error) string { return s.o.Phrases.Apology }
