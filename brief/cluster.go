package brief

import (
	"hash/fnv"
	"math/bits"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/store"
)

// MinHash: the share of equal minima estimates the Jaccard similarity of two sets of shingles (Broder 1997). Bands of
// rows bring together, with high probability, only what is alike enough to be compared.
const (
	hashes     = 64
	bands      = 32
	shingle    = 3    // words
	alikeFrom  = 0.45 // a short story and its copy with another headline and one sentence of its own
	leastWords = 20   // shorter texts are alike by chance
)

type signature [hashes]uint64

// sign makes a text's signature; false where it is too short to compare.
func sign(text string) (signature, bool) {
	words := terms.Of(text)
	if len(words) < leastWords {
		return signature{}, false
	}
	var s signature
	for i := range s {
		s[i] = ^uint64(0)
	}
	for i := 0; i+shingle <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+shingle] {
			h.Write([]byte(w))
			h.Write([]byte{0})
		}
		x := h.Sum64()
		for j := range s {
			s[j] = min(s[j], mix(x, uint64(j)))
		}
	}
	return s, true
}

// mix is one of many hash functions: the finisher of SplitMix64 over x and its number.
func mix(x, n uint64) uint64 {
	x ^= bits.RotateLeft64(n*0x9e3779b97f4a7c15, 31)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (s *signature) like(t *signature) float64 {
	n := 0
	for i := range s {
		if s[i] == t[i] {
			n++
		}
	}
	return float64(n) / hashes
}

// Originals finds stories that repeat each other and maps each copy to the earliest of them. Only stories and posts are
// compared: filings resemble each other because they are forms.
func Originals(docs []store.Document) map[string]string {
	type signed struct {
		doc store.Document
		sig signature
	}
	forms := forms(docs)
	var all []signed
	for _, d := range docs {
		if !told(d) {
			continue
		}
		if s, ok := sign(withoutForms(d.Text, forms)); ok {
			all = append(all, signed{d, s})
		}
	}
	// The earliest first: it becomes the original of what comes later.
	slices.SortStableFunc(all, func(a, b signed) int {
		if c := a.doc.Published.Compare(b.doc.Published); c != 0 {
			return c
		}
		if a.doc.ID < b.doc.ID {
			return -1
		}
		return 1
	})
	out := map[string]string{}
	buckets := map[[1 + hashes/bands]uint64][]int{}
	for i := range all {
		best, at := 0.0, -1
		var keys [][1 + hashes/bands]uint64
		for b := range bands {
			var k [1 + hashes/bands]uint64
			k[0] = uint64(b)
			copy(k[1:], all[i].sig[b*hashes/bands:(b+1)*hashes/bands])
			keys = append(keys, k)
			for _, j := range buckets[k] {
				if l := all[i].sig.like(&all[j].sig); l > best {
					best, at = l, j
				}
			}
		}
		if at >= 0 && best >= alikeFrom {
			out[all[i].doc.ID] = all[at].doc.ID
			continue // copies of a copy are compared to the original
		}
		for _, k := range keys {
			buckets[k] = append(buckets[k], i)
		}
	}
	return out
}

// told says that a document is somebody's telling, which others may copy.
func told(d store.Document) bool {
	return d.Kind == store.News || d.Kind == store.Social || d.Kind == store.Note
}

// forms are the paragraphs that many documents share: mastheads, notices, rights. They make nothing a copy.
func forms(docs []store.Document) map[string]bool {
	n, total := map[string]int{}, 0
	for _, d := range docs {
		if !told(d) {
			continue
		}
		total++
		for p := range strings.SplitSeq(d.Text, "\n\n") {
			n[p]++
		}
	}
	out := map[string]bool{}
	for p, k := range n {
		if k >= max(formulaic, total/20) {
			out[p] = true
		}
	}
	return out
}

// withoutForms keeps the paragraphs of a text that are its own and long enough to be prose.
func withoutForms(text string, forms map[string]bool) string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if !forms[p] && (len(p) >= 60 || !strings.Contains(text, "\n\n")) {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}
