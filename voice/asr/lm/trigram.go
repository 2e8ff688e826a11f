package lm

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
)

// A model counts the n-grams of sentences. The estimate is Witten and Bell's (method C), interpolated: what is held back
// for words not seen after a context is in proportion to how many different words were seen after it.
//
//	P(w|h) = (c(hw) + T(h)·P(w|h')) ÷ (c(h) + T(h)),  h' is h without its first word, T(h) its number of successors
//
// (I. H. Witten and T. C. Bell, "The zero-frequency problem", IEEE Trans. Inf. Theory 37, 1991.)
type model struct {
	ids   map[string]int32
	words []string
	uni   map[int32]float64
	bi    map[[2]int32]float64
	tri   map[[3]int32]float64
}

const (
	begin = "<s>"
	end   = "</s>"
)

func newModel() *model {
	m := &model{ids: map[string]int32{}, uni: map[int32]float64{}, bi: map[[2]int32]float64{}, tri: map[[3]int32]float64{}}
	m.id(begin)
	m.id(end)
	return m
}

func (m *model) id(w string) int32 {
	if i, ok := m.ids[w]; ok {
		return i
	}
	i := int32(len(m.words))
	m.ids[w] = i
	m.words = append(m.words, w)
	return i
}

// add counts a sentence as often as weight says.
func (m *model) add(words []string, weight float64) {
	if len(words) == 0 {
		return
	}
	a, b := int32(-1), m.id(begin)
	for i := range len(words) + 1 {
		c := m.id(end)
		if i < len(words) {
			c = m.id(words[i])
		}
		m.uni[c] += weight
		m.bi[[2]int32{b, c}] += weight
		if a >= 0 {
			m.tri[[3]int32{a, b, c}] += weight
		}
		a, b = b, c
	}
}

// write writes the model in ARPA's format, with its lines in a stable order.
func (m *model) write(out io.Writer) error {
	w := bufio.NewWriter(out)
	// A context's mass, and how many different words follow it.
	type context struct{ mass, kinds float64 }
	var none context
	one, two := map[int32]context{}, map[[2]int32]context{}
	for _, c := range m.uni {
		none.mass += c
		none.kinds++
	}
	for k, c := range m.bi {
		x := one[k[0]]
		one[k[0]] = context{x.mass + c, x.kinds + 1}
	}
	for k, c := range m.tri {
		h := [2]int32{k[0], k[1]}
		x := two[h]
		two[h] = context{x.mass + c, x.kinds + 1}
	}
	v := float64(len(m.words) - 1) // <s> is never predicted
	p1 := func(w int32) float64 { return (m.uni[w] + none.kinds/v) / (none.mass + none.kinds) }
	p2 := func(h, w int32) float64 {
		x := one[h]
		return (m.bi[[2]int32{h, w}] + x.kinds*p1(w)) / (x.mass + x.kinds)
	}
	p3 := func(k [3]int32) float64 {
		x := two[[2]int32{k[0], k[1]}]
		return (m.tri[k] + x.kinds*p2(k[1], k[2])) / (x.mass + x.kinds)
	}
	log := func(p float64) float64 { return math.Log10(p) }
	backoff := func(x context) float64 { return log(x.kinds / (x.mass + x.kinds)) }

	bis := make([][2]int32, 0, len(m.bi))
	for k := range m.bi {
		bis = append(bis, k)
	}
	slices.SortFunc(bis, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	tris := make([][3]int32, 0, len(m.tri))
	for k := range m.tri {
		tris = append(tris, k)
	}
	slices.SortFunc(tris, func(a, b [3]int32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
	})
	fmt.Fprintf(w, "\\data\\\nngram 1=%d\nngram 2=%d\nngram 3=%d\n\n\\1-grams:\n", len(m.words), len(bis), len(tris))
	for i, word := range m.words {
		p := -99.0
		if word != begin {
			p = log(p1(int32(i)))
		}
		if x, ok := one[int32(i)]; ok {
			fmt.Fprintf(w, "%.4f %s %.4f\n", p, word, backoff(x))
		} else {
			fmt.Fprintf(w, "%.4f %s\n", p, word)
		}
	}
	fmt.Fprint(w, "\n\\2-grams:\n")
	for _, k := range bis {
		fmt.Fprintf(w, "%.4f %s %s", log(p2(k[0], k[1])), m.words[k[0]], m.words[k[1]])
		if x, ok := two[k]; ok {
			fmt.Fprintf(w, " %.4f", backoff(x))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "\n\\3-grams:\n")
	for _, k := range tris {
		fmt.Fprintf(w, "%.4f %s %s %s\n", log(p3(k)), m.words[k[0]], m.words[k[1]], m.words[k[2]])
	}
	fmt.Fprint(w, "\n\\end\\\n")
	return w.Flush()
}
