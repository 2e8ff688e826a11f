package retrieval

// Mentions lists the lexicon IDs of the companies, people and products that a text names, in order, each once.
func (r *Resolver) Mentions(text string) []string {
	var ids []string
	seen := map[string]bool{}
	for _, m := range r.names.find(words(text)) {
		if entity(m.term) && !seen[m.term.ID] {
			seen[m.term.ID] = true
			ids = append(ids, m.term.ID)
		}
	}
	return ids
}
