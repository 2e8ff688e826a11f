package source

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/brief/source/extract"
	"github.com/aubade/aubade/store"
)

// edgar reads the SEC's server, or one with its paths: for each company the list of its filings, the filings of the
// wanted forms, and the XBRL facts that it reported, which [XBRL] reads into typed facts.
//
//	urls[0]  /submissions/CIK##########.json, /api/xbrl/companyfacts/CIK##########.json
//	urls[1]  /Archives/edgar/data/CIK/ACCESSION/DOCUMENT (urls[0] where there is one only)
type edgar struct{ base }

// edgarRate is what the SEC asks of everybody: at most ten requests a second, from a declared contact.
const edgarRate = 10

// submissions is the list of a company's filings, newest first, as parallel columns.
type submissions struct {
	Name    string `json:"name"`
	Filings struct {
		Recent struct {
			Accession  []string `json:"accessionNumber"`
			Filed      []string `json:"filingDate"`
			Report     []string `json:"reportDate"`
			Accepted   []string `json:"acceptanceDateTime"`
			Form       []string `json:"form"`
			Items      []string `json:"items"`
			Document   []string `json:"primaryDocument"`
			Descriptor []string `json:"primaryDocDescription"`
		} `json:"recent"`
	} `json:"filings"`
}

func (e edgar) Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		for _, u := range e.conf.URLs {
			if at, err := url.Parse(u); err == nil {
				e.opt.Client.Limit(at.Host, edgarRate)
			}
		}
		ids := make([]string, 0, len(e.conf.CIKs))
		for id := range e.conf.CIKs {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		var late error // what is wrong with one company does not keep the others from being read
		for _, id := range ids {
			for d, err := range e.company(ctx, id, since) {
				if err != nil {
					late = cmp.Or(late, fmt.Errorf("%s: %w", id, err))
					if ctx.Err() != nil || unreachable(err) {
						fail(e.conf.Name, yield, late)
						return
					}
					break
				}
				if !yield(d, nil) {
					return
				}
			}
		}
		if late != nil {
			fail(e.conf.Name, yield, late)
		}
	}
}

// unreachable says that nobody answered, so that nobody will answer for the next company either.
func unreachable(err error) bool {
	var n net.Error
	return errors.As(err, &n)
}

func (e edgar) company(ctx context.Context, id string, since time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		cik := strings.TrimLeft(e.conf.CIKs[id], "0")
		data, archive := strings.TrimRight(e.conf.URLs[0], "/"), strings.TrimRight(e.conf.URLs[len(e.conf.URLs)-1], "/")
		res, err := e.opt.Client.Get(ctx, fmt.Sprintf("%s/submissions/CIK%010s.json", data, cik))
		if err != nil {
			yield(store.Document{}, err)
			return
		}
		var subs submissions
		if err := json.Unmarshal(res.Body, &subs); err != nil {
			yield(store.Document{}, fmt.Errorf("submissions: %w", err))
			return
		}
		r, left := subs.Filings.Recent, e.conf.Limit
		var late error
		for i := range r.Accession {
			form, filed := at(r.Form, i), extract.Time(at(r.Filed, i))
			if t := extract.Time(at(r.Accepted, i)); !t.IsZero() {
				filed = t
			}
			if at(r.Document, i) == "" || len(e.conf.Forms) > 0 && !slices.Contains(e.conf.Forms, form) || filed.Before(e.after(since)) {
				continue
			}
			address := fmt.Sprintf("%s/Archives/edgar/data/%s/%s/%s", archive, cik, strings.ReplaceAll(r.Accession[i], "-", ""), url.PathEscape(at(r.Document, i)))
			d, err := e.filing(ctx, address)
			switch {
			case ctx.Err() != nil:
				yield(store.Document{}, ctx.Err())
				return
			case gone(err):
				d = e.vanished(address)
			case err != nil:
				late = e.problem(ctx, address, err, late)
				continue
			default:
				d.Entities = append(d.Entities, id)
				d.Title = filingTitle(subs.Name, form, at(r.Report, i))
				d.Published, d.AsOf = filed, extract.Time(at(r.Report, i))
				d = finish(d)
			}
			if !yield(d, nil) {
				return
			}
			if left--; left == 0 {
				break
			}
		}
		d, unchanged, err := e.facts(ctx, data, cik, id)
		switch {
		case gone(err): // funds and foreign issuers report no XBRL facts
		case unchanged && !since.IsZero(): // it was read to its end before; after a dry run or a kill it may not have been
		case err != nil:
			late = e.problem(ctx, "companyfacts of "+id, err, late)
		default:
			if !yield(d, nil) {
				return
			}
		}
		if late != nil {
			yield(store.Document{}, late)
		}
	}
}

func (e edgar) filing(ctx context.Context, address string) (store.Document, error) {
	res, err := e.opt.Client.Get(ctx, address)
	if err != nil {
		return store.Document{}, err
	}
	d := e.document(address, store.Filing)
	d.Raw, d.Retrieved = res.Body, res.Retrieved.UTC()
	if strings.HasSuffix(address, ".txt") || res.Media() == "text/plain" {
		d.Media, d.Text = "text/plain", plain(res.Text())
		return d, nil
	}
	a, err := extract.Document(res.Body, extract.Options{ContentType: res.Type})
	if err != nil {
		return store.Document{}, err
	}
	d.Media, d.Text = "text/html", a.Text
	return d, nil
}

func (e edgar) facts(ctx context.Context, data, cik, id string) (d store.Document, unchanged bool, err error) {
	address := fmt.Sprintf("%s/api/xbrl/companyfacts/CIK%010s.json", data, cik)
	res, err := e.opt.Client.Get(ctx, address)
	if err != nil {
		return store.Document{}, false, err
	}
	name, text, filed, asOf, err := factRows(res.Body)
	if err != nil {
		return store.Document{}, false, err
	}
	d = e.document(address, store.Filing)
	d.Entities = append(d.Entities, id)
	d.Title = extract.Line(name, 100) + ": reported facts"
	d.Media, d.Raw, d.Retrieved = "application/json", res.Body, res.Retrieved.UTC()
	d.Text, d.Published, d.AsOf = text, filed, asOf
	return finish(d), res.Unchanged, nil
}

func filingTitle(company, form, report string) string {
	t := extract.Line(company, 100) + " " + form
	if day := extract.Time(report); !day.IsZero() {
		if form == "8-K" {
			return t + " of " + day.Format("January 2, 2006")
		}
		t += " for the period ended " + day.Format("January 2, 2006")
	}
	return t
}

func at(column []string, i int) string {
	if i < len(column) {
		return column[i]
	}
	return ""
}
