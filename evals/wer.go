package evals

// WordErrors counts how one sequence of words differs from another: the fewest substitutions, deletions and insertions.
type WordErrors struct {
	Words         int `json:"words"` // of the reference
	Substitutions int `json:"substitutions"`
	Deletions     int `json:"deletions"`
	Insertions    int `json:"insertions"`
}

// Rate is the word error rate: errors ÷ words of the reference. Without any words it is 0, or 1 where something was inserted.
func (e WordErrors) Rate() float64 {
	n := e.Substitutions + e.Deletions + e.Insertions
	if e.Words == 0 {
		return float64(min(n, 1))
	}
	return float64(n) / float64(e.Words)
}

// Add sums errors over utterances, so that long ones weigh more.
func (e *WordErrors) Add(o WordErrors) {
	e.Words += o.Words
	e.Substitutions += o.Substitutions
	e.Deletions += o.Deletions
	e.Insertions += o.Insertions
}

// CompareWords aligns what was heard with what was said.
func CompareWords(said, heard []string) WordErrors {
	// cell is the best way to turn said[:i] into heard[:j]; only two rows are alive.
	type cell struct{ cost, sub, del, ins int }
	row := make([]cell, len(heard)+1)
	for j := range row {
		row[j] = cell{cost: j, ins: j}
	}
	for i, want := range said {
		diagonal := row[0]
		row[0] = cell{cost: i + 1, del: i + 1}
		for j, got := range heard {
			above := row[j+1]
			best := diagonal
			if want != got {
				best.cost++
				best.sub++
			}
			if above.cost+1 < best.cost {
				best = above
				best.cost++
				best.del++
			}
			if left := row[j]; left.cost+1 < best.cost {
				best = left
				best.cost++
				best.ins++
			}
			diagonal, row[j+1] = above, best
		}
	}
	end := row[len(heard)]
	return WordErrors{len(said), end.sub, end.del, end.ins}
}
