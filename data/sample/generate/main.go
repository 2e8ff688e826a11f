// Command generate makes the sample market: an invented stock market whose every document follows from one table of
// truth (companies.go). Run it from the repository's root:
//
//	go run ./data/sample/generate
//
// What it writes is committed; a test says when the two differ.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	dir := filepath.Join("data", "sample")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// made lists the folders and files that belong to the generator alone: what it no longer makes in them is removed.
var made = []string{"site", "prices", "chains", "notes", "profiles", "calendar.csv", "social.jsonl", "questions.jsonl"}

func write(dir string) error {
	for _, name := range made {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for name, body := range files() {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			return err
		}
	}
	answers, err := prepared(context.Background(), dir) // read from what has just been written
	if err != nil {
		return fmt.Errorf("prepare answers: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, preparedFile), answers, 0o644)
}

// files is everything that is generated, by path below data/sample, but for the prepared answers, which are read off the rest.
func files() map[string][]byte {
	out := map[string][]byte{
		"calendar.csv":                       []byte(calendarCSV()),
		"social.jsonl":                       []byte(socialJSONL()),
		"questions.jsonl":                    casesJSONL(templated()),
		"notes/cinderpath-year.pdf":          cinderpathPDF(),
		"site/" + filingHost + "/robots.txt": []byte("User-agent: *\nDisallow: /cgi-bin/\n"),
	}
	all := filings()
	for _, f := range all {
		out["site/"+filingHost+f.Path()] = []byte(f.Body)
	}
	for _, c := range market {
		out["prices/"+c.ID+".csv"] = []byte(pricesCSV(c))
		out["profiles/"+slug(c.Short)+".md"] = []byte(profile(c))
		out[fmt.Sprintf("site/%s/submissions/CIK%010d.json", filingHost, c.CIK)] = []byte(submissionsJSON(c, all))
		out[fmt.Sprintf("site/%s/api/xbrl/companyfacts/CIK%010d.json", filingHost, c.CIK)] = []byte(factsJSON(c, all))
	}
	for _, o := range chains {
		out["chains/"+o.Company+".csv"] = []byte(chainCSV(o))
	}
	for _, n := range notes() {
		out["notes/"+n.File] = []byte(n.body())
	}
	for id, o := range outlets {
		var mine []Story
		for _, s := range stories() {
			if s.Outlet == o {
				mine = append(mine, s)
				out[s.file()] = tidy(o.page(s))
			}
		}
		root := "site/" + o.Host
		out[root+"/robots.txt"] = []byte("User-agent: *\nDisallow: /login\nDisallow: /pro\n")
		switch id {
		case "HW":
			out[root+"/feed.xml"] = []byte(rss(o, mine, false))
		case "FM":
			out[root+"/rss.xml"] = []byte(rss(o, mine, true))
		case "LL":
			out[root+"/atom.xml"] = []byte(atom(o, mine))
		case "QR":
			out[root+"/markets/index.html"] = []byte(index(o, mine))
		}
	}
	return out
}

// tidy ends a page with one newline.
func tidy(page string) []byte {
	return append(bytes.TrimSpace([]byte(strings.ReplaceAll(page, "\r", ""))), '\n')
}
