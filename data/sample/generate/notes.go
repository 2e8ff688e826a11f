package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

func slug(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(s), " & ", "-"), " ", "-")
}

// profile is what a company is, in Markdown.
func profile(c *Company) string {
	q := c.Quarters()[0]
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %q\npublisher: Aubade sample market\npublished: %s\nentities: [%s]\n---\n\n# %s\n\n", c.Name, today.Format(time.DateOnly), c.ID, c.Name)
	fmt.Fprintf(&b, "%s (ticker %s) %s. Its offices are in %s.\n\n", c.Name, c.ID, c.Business, c.City)
	fmt.Fprintf(&b, "Its chief executive is %s, and its chief financial officer is %s.\n\n", c.CEO, c.CFO)
	fmt.Fprintf(&b, "The fiscal year ends on %s. The latest quarter reported is the %s, which ended on %s.\n\n", monthEnd(day(2026, c.FYE, 1), 0).Format("January 2"), q.period(), longDate(q.End))
	var names []string
	for _, s := range c.Segments {
		names = append(names, s.Name)
	}
	fmt.Fprintf(&b, "It reports these segments: %s.\n\n*%s*\n", strings.Join(names, ", "), invented)
	return b.String()
}

// A note is one analyst's view.
type note struct {
	File      string
	Title     string
	Publisher string
	Published time.Time
	Company   string
	Text      []string
}

func notes() []note {
	c := company
	mid := func(x *Company) string { return money((x.Guide[0] + x.Guide[1]) / 2) }
	return []note{
		{"larkspur-packaging.md", "Larkspur: packaging is the bottleneck", "Copperfield Research", day(2026, 11, 19), "LRKS", []string{
			"Larkspur's guidance has a midpoint of " + mid(c("LRKS")) + ". We think demand would allow more, but packaging does not.",
			"We estimate that data-center chips will be two thirds of revenue within a year. Our fair value is $155 a share."}},
		{"halden-recall.md", "Halden: what the recall could cost", "Copperfield Research", day(2026, 11, 17), "HLDN", []string{
			"A repair of two hours costs about $600 a truck. For 12,400 trucks that is about $7.4 million, for 14,200 about $8.5 million.",
			"The recall matters less than axles: Halden delivered 18,420 vehicles against 20,115 a year ago."}},
		{"quillfeather-retention.md", "Quillfeather: retention tells the story", "Aldous & Finch", day(2026, 11, 6), "QUIL", []string{
			"Net revenue retention of 112% is up from 109% a year ago. Law firms add seats after a trial of ninety days.",
			"We would watch price rises in January."}},
		{"thessaly-after-aster.md", "Thessaly after ASTER-3", "Aldous & Finch", day(2026, 11, 11), "THSY", []string{
			"A cut of relapses by 31% is clinically useful. Approval is not assured: the safety data is not out.",
			fmt.Sprintf("With %s of cash the company can fund itself into 2028.", money(c("THSY").Cash))}},
		{"ostrander-order.md", "Ostrander: engines first, service later", "Copperfield Research", day(2026, 11, 14), "OSTR", []string{
			"Palisade's 46 freighters are worth $2.4 billion in engines and perhaps as much again in service over twenty years."}},
		{"greywether-discipline.md", "Greywether chooses discipline", "Aldous & Finch", day(2026, 11, 20), "GRWE", []string{
			"Spending of $1.6 billion in 2027 is 16% less than the $1.9 billion planned for 2026. Production should be flat."}},
		{"ngaio-rates.txt", "Ngaio: less than asked, more than feared", "Aldous & Finch", day(2026, 11, 20), "NGAO", []string{
			"The board granted 4.7% of the 6.2% that Ngaio asked for. We had expected 4%."}},
		{"mirabelle-debt.txt", "Mirabelle: full rooms, heavy debt", "Copperfield Research", day(2026, 11, 9), "MRBL", []string{
			fmt.Sprintf("Debt of %s against cash of %s leaves little room for a weak winter.", money(c("MRBL").Debt), money(c("MRBL").Cash)),
			"Occupancy of 71.2% is the best third quarter on record."}},
	}
}

func (n note) body() string {
	var b strings.Builder
	if strings.HasSuffix(n.File, ".md") {
		fmt.Fprintf(&b, "---\ntitle: %q\npublisher: %s\npublished: %s\nentities: [%s]\n---\n\n# %s\n\n", n.Title, n.Publisher, n.Published.Format(time.DateOnly), n.Company, n.Title)
	} else {
		fmt.Fprintf(&b, "title: %s\npublisher: %s\npublished: %s\nentities: %s\n\n%s\n\n", n.Title, n.Publisher, n.Published.Format(time.DateOnly), n.Company, n.Title)
	}
	for _, p := range n.Text {
		b.WriteString(p + "\n\n")
	}
	b.WriteString(invented + "\n")
	return b.String()
}

// calendarCSV lists what is to come, so that "when do they report" has an answer.
func calendarCSV() string {
	var b strings.Builder
	b.WriteString("date,company,event,detail\n")
	for _, c := range market {
		q := c.Quarters()[0]
		n, fy := q.Q+1, q.FY
		if n == 5 {
			n, fy = 1, fy+1
		}
		fmt.Fprintf(&b, "%s,%s,earnings,%s reports its %s quarter of fiscal %d\n", c.Next.Format(time.DateOnly), c.ID, c.Name, ordinals[n], fy)
	}
	b.WriteString("2026-12-01,RVMR,ex-dividend,Ravensmoor Bancorp trades without its dividend of $0.38\n")
	b.WriteString("2026-12-07,XYLQ,operations,Xyloquint Materials idles its Esperance Flats refinery for six weeks\n")
	b.WriteString("2026-12-15,RVMR,dividend,Ravensmoor Bancorp pays its dividend of $0.38\n")
	b.WriteString("2026-11-26,,holiday,Markets are shut for Thanksgiving\n")
	return b.String()
}

// socialJSONL is what people post: never verified, sometimes wrong.
func socialJSONL() string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for i, p := range []struct {
		when time.Time
		who  string
		ids  []string
		text string
	}{
		{at(11, 20, 20, 5), "axle_watcher", []string{"HLDN"}, "Hearing that Halden found a second axle supplier. Unconfirmed."},
		{at(11, 20, 15, 40), "chip_gossip", []string{"LRKS"}, "A friend at Larkspur says the Tarrant Falls plant is already behind schedule."},
		{at(11, 19, 22, 10), "skibum", []string{"MRBL"}, "Tried to book Mirabelle Lac d'Or for Christmas: sold out."},
		{at(11, 19, 17, 30), "rxreader", []string{"THSY"}, "Someone posted that Thessaly's safety data comes out in December. No source given."},
		{at(11, 18, 19, 0), "lithium_lou", []string{"XYLQ"}, "Xyloquint's refinery workers were told eight weeks, not six."},
		{at(11, 17, 16, 45), "mallrat", []string{"PFR.B"}, "The Pfennig & Rowe in our mall is on the list of closures."},
		{at(11, 17, 14, 5), "fiberfan", []string{"KTWK"}, "$640 million for Corrigan is cheap if you ask me."},
		{at(11, 14, 11, 30), "oatmom", []string{"SRSH"}, "Oat drink up 3%? I am switching brands."},
	} {
		if err := enc.Encode(map[string]any{"id": fmt.Sprintf("post-%d", i+1), "url": fmt.Sprintf("https://chirp.example/%s/%d", p.who, i+1), "author": p.who,
			"published": p.when.Format(time.RFC3339), "entities": p.ids, "text": p.text, "invented": true}); err != nil {
			panic(err)
		}
	}
	return b.String()
}

// pdf writes lines as a one-page PDF, small and uncompressed, so that the file can be read in a diff.
func pdf(title, author string, lines []string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 11 Tf 14 TL 56 780 Td\n")
	for _, l := range append([]string{title, ""}, lines...) {
		l = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(l)
		fmt.Fprintf(&text, "(%s) Tj T*\n", l)
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		fmt.Sprintf("<< /Title (%s) /Author (%s) /CreationDate (D:20261113120000Z) >>", title, author),
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

func cinderpathPDF() []byte {
	c := company("CNDP")
	q := c.Quarters()
	y, _ := c.Year(q[0].FY)
	return pdf("Cinderpath Logistics: a year of small gains", "Copperfield Research", []string{
		"Copperfield Research, November 13, 2026. Company: CNDP.",
		"",
		fmt.Sprintf("Cinderpath turned over %s in fiscal %d.", money(y.Revenue), y.FY),
		"The operating ratio improved to 87.9% from 88.8% in the fourth quarter.",
		"Warehousing grows faster than trucking, and it needs less capital.",
		"We expect a small acquisition in 2027.",
		"",
		invented,
	})
}
