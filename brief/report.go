package brief

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
)

// A Report says what a build did. It is kept with the edition as JSON.
type Report struct {
	Domain    string         `json:"domain"`
	Zone      string         `json:"zone,omitempty"` // the domain's time zone
	Began     time.Time      `json:"began"`
	Ended     time.Time      `json:"ended,omitzero"`
	Digester  string         `json:"digester"`
	Note      string         `json:"note,omitempty"` // what a reader should know about the digester
	Embedder  string         `json:"embedder"`
	Input     string         `json:"input"` // names everything that the edition depends on
	Hash      string         `json:"hash"`
	Unchanged bool           `json:"unchanged,omitempty"` // nothing has changed since the newest edition
	Sources   []SourceReport `json:"sources"`
	Copies    int            `json:"copies"`              // stories that repeat an earlier one
	Recited   int            `json:"recited,omitempty"`   // prepared answers that have their audio
	Voiceless string         `json:"voiceless,omitempty"` // why the others have none, where a voice was to speak them
	Expired   int            `json:"expired,omitempty"`   // facts that are past their time
	Refused   []Refusal      `json:"refused,omitempty"`
	Unread    []Refusal      `json:"unread,omitempty"` // documents that the digester could not read this time
	Spent     Spent          `json:"spent"`
	// Coverage counts facts and passages by company, the watch-list first.
	Coverage       []Coverage `json:"coverage"`
	Contradictions int        `json:"contradictions"`
	Verdict        *Verdict   `json:"verdict,omitempty"`
}

// Coverage is what an edition has on one company.
type Coverage struct {
	Entity   string    `json:"entity"`
	Name     string    `json:"name"`
	Watched  bool      `json:"watched"`
	Facts    int       `json:"facts"`
	Passages int       `json:"passages"`
	Newest   time.Time `json:"newest"`
}

// JSON is the report as it is kept.
func (r Report) JSON() []byte {
	blob, err := json.Marshal(r)
	if err != nil {
		panic(err) // every field of it can be marshalled
	}
	return blob
}

// ReadReport reads the report of an edition; an edition without one has the zero report.
func ReadReport(e store.Edition) Report {
	var r Report
	_ = json.Unmarshal(e.Report, &r)
	return r
}

// count fills in coverage and contradictions.
func (r *Report) count(c Content, lex lexicon.Lexicon) {
	by := map[string]*Coverage{}
	for _, t := range lex.Terms {
		if t.Kind == lexicon.Company {
			by[t.ID] = &Coverage{Entity: t.ID, Name: t.Name}
		}
	}
	r.Contradictions = 0
	for _, f := range c.Facts {
		if len(f.Contradicts) > 0 {
			r.Contradictions++
		}
		if v := by[f.Entity]; v != nil {
			v.Facts++
			if f.AsOf.After(v.Newest) {
				v.Newest = f.AsOf
			}
		}
	}
	for _, p := range c.Passages {
		if len(p.Contradicts) > 0 {
			r.Contradictions++
		}
		for _, e := range p.Entities {
			if v := by[e]; v != nil {
				v.Passages++
				if p.Published.After(v.Newest) {
					v.Newest = p.Published
				}
			}
		}
	}
	r.Coverage = nil
	for _, t := range lex.Terms {
		if v := by[t.ID]; v != nil {
			r.Coverage = append(r.Coverage, *v)
		}
	}
}

// watched marks the coverage of the watch-list and moves it to the front.
func (r *Report) watched(watch []string) {
	for i := range r.Coverage {
		r.Coverage[i].Watched = slices.Contains(watch, r.Coverage[i].Entity)
	}
	slices.SortStableFunc(r.Coverage, func(a, b Coverage) int {
		place := func(c Coverage) int {
			if i := slices.Index(watch, c.Entity); i >= 0 {
				return i
			}
			return len(watch)
		}
		return place(a) - place(b)
	})
}
