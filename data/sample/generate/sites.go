package main

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"
)

// An Outlet is an invented publisher with a site of its own kind of mess.
type Outlet struct {
	ID, Name, Host string
	page           func(Story) string
}

var outlets = map[string]*Outlet{
	"HW": {ID: "HW", Name: "Harbour Wire", Host: "harbourwire.example"},
	"LL": {ID: "LL", Name: "Ledgerline", Host: "ledgerline.example"},
	"FM": {ID: "FM", Name: "Fernside Markets", Host: "fernside.example"},
	"QR": {ID: "QR", Name: "Quayside Review", Host: "quayside.example"},
}

func init() {
	outlets["HW"].page = harbourPage
	outlets["LL"].page = ledgerPage
	outlets["FM"].page = fernsidePage
	outlets["QR"].page = quaysidePage
}

// A Story is one page of news.
type Story struct {
	Outlet    *Outlet
	Slug      string
	Time      time.Time // UTC
	Headline  string
	Author    string
	Companies []string
	Text      []string
	Table     [][]string // after the second paragraph
	Raw       string     // markup put into the article as it is: the carriers of the poisoned page
}

func (s Story) path() string { return s.Time.Format("/2006/01/02/") + s.Slug + ".html" }
func (s Story) url() string  { return "https://" + s.Outlet.Host + s.path() }

// File is where the page lies in the mirror.
func (s Story) file() string { return "site/" + s.Outlet.Host + s.path() }

func (s Story) paragraphs(open, shut string) string {
	var b strings.Builder
	for i, p := range s.Text {
		b.WriteString(open + html.EscapeString(p) + shut + "\n")
		if i == 1 && len(s.Table) > 0 {
			b.WriteString("<table class=\"figures\">\n")
			for j, row := range s.Table {
				tag := "td"
				if j == 0 {
					tag = "th"
				}
				b.WriteString("<tr>")
				for _, x := range row {
					fmt.Fprintf(&b, "<%s>%s</%s>", tag, html.EscapeString(x), tag)
				}
				b.WriteString("</tr>\n")
			}
			b.WriteString("</table>\n")
		}
	}
	b.WriteString(s.Raw)
	return b.String()
}

func harbourPage(s Story) string {
	return fmt.Sprintf(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>%[1]s | Harbour Wire</title>
<link rel="canonical" href="%[2]s"><meta property="og:site_name" content="Harbour Wire">
<meta property="article:published_time" content="%[3]s"><meta name="author" content="%[4]s">
<meta name="description" content="Subscribe to Harbour Wire for more."><script>window.dataLayer=window.dataLayer||[];dataLayer.push({"page":"article","ads":true});</script>
<style>.ad{height:250px}.cookie{position:fixed;bottom:0}</style></head>
<body><div class="cookie" id="cookie-banner" role="dialog"><p>We value your privacy. We and our 812 partners store and access information on a device.</p><button>Accept all</button><button>Reject</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/markets">Markets</a></li><li><a href="/chips">Chips</a></li><li><a href="/autos">Autos</a></li><li><a href="/login">Log in</a></li></ul></nav></header>
<div class="ad" id="ad-top"><p>ADVERTISEMENT. Trade options with zero commission.</p></div>
<main><article><h1>%[1]s</h1><p class="byline">By %[4]s &bull; <time datetime="%[3]s">%[5]s</time></p>
<div class="share"><a href="#">Share on Chirp</a> <a href="#">E-mail</a> <a href="#">Copy link</a></div>
<div class="article-body">
%[6]s</div>
<p class="disclaimer">%[7]s</p></article>
<aside><h3>Most read</h3><ol><li><a href="/x1">Ten stocks that doubled</a></li><li><a href="/x2">The broker your broker uses</a></li><li><a href="/x3">Why rates matter</a></li></ol></aside></main>
<form class="newsletter"><h4>Get the morning wire</h4><input type="email" placeholder="Your e-mail"><button>Sign up</button></form>
<footer><p>&copy; 2026 Harbour Wire. All rights reserved. Prices delayed by 15 minutes.</p></footer>
<script src="/static/analytics.js" async></script></body></html>
`, html.EscapeString(s.Headline), s.url(), s.Time.Format(time.RFC3339), html.EscapeString(s.Author), s.Time.Format("2 January 2006, 15:04 MST"), s.paragraphs("<p>", "</p>"), invented)
}

func ledgerPage(s Story) string {
	return fmt.Sprintf(`<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8">
<title>%[1]s</title><link rel=canonical href="%[2]s">
<script type="application/ld+json">%[3]s</script>
<script>(function(){var s=document.createElement('script');s.src='//ads.example/serve.js';document.head.appendChild(s)})()</script></head>
<body class=ledger><table width=100%% class=layout><tr><td class=masthead colspan=3><a href="/"><img src="/logo.png" alt="Ledgerline logo"></a> <a href="/us">US</a> | <a href="/deals">Deals</a> | <a href="/podcasts">Podcasts</a> | <a href="/subscribe">Subscribe for $1 a week</a></td></tr>
<tr><td class=left valign=top><b>In this section</b><br><a href=/a>Deals desk</a><br><a href=/b>Earnings watch</a><br><a href=/c>Opinion</a></td>
<td class=story valign=top><div id=story><h1>%[1]s</h1><span class=dateline>%[4]s | %[5]s</span>
%[6]s<p class=note><em>%[7]s</em></p></div></td>
<td class=right valign=top><div class=promo>Sponsored: <a href=/promo>This one metal could power everything</a></div><div id=taboo><p>You may also like</p><p>She put a coin in the washing machine</p></div></td></tr></table>
<div id=comments><h3>Comments (3)</h3><div class=comment><b>bullrun77</b> to the moon!!</div><div class=comment><b>careful_carl</b> I sold all of mine yesterday.</div><div class=comment><b>n00b</b> what is EBITDA</div></div>
<div class=legal>Ledgerline Media 2026. Terms. Privacy. Do not sell my information.</div></body></html>
`, html.EscapeString(s.Headline), s.url(), jsonLD(s), html.EscapeString(s.Author), longDate(s.Time), s.paragraphs("<p>", ""), invented)
}

func jsonLD(s Story) string {
	b, _ := json.Marshal(map[string]any{"@context": "https://schema.org", "@type": "NewsArticle", "headline": s.Headline, "datePublished": s.Time.Format(time.RFC3339),
		"author": map[string]string{"@type": "Person", "name": s.Author}, "publisher": map[string]string{"@type": "Organization", "name": s.Outlet.Name}})
	return string(b)
}

func fernsidePage(s Story) string {
	return fmt.Sprintf(`<!doctype html><html lang=en><head><meta charset=utf-8><title>%[1]s - Fernside Markets</title>
<meta property="og:title" content="%[1]s"><meta property="og:url" content="%[2]s"><meta name="date" content="%[3]s"></head><body>
<div class="app"><div class="topbar"><div class="ticker-tape">LRKS +1.2%% | HLDN -0.4%% | delayed</div><div class="menu"><a href="/news">News</a><a href="/screener">Screener</a><a href="/pro">Go Pro</a></div></div>
<div class="paywall-hint" aria-hidden="true">You have 2 free articles left this month.</div>
<div class="content-wrap"><section class="post"><h1 class="post-title">%[1]s</h1><div class="post-meta"><span>%[4]s</span><span>%[5]s</span><span>3 min read</span></div>
<div class="post-content">
%[6]s<div class="inline-ad"><span>Ad</span> <a href="https://ads.example/c">Open a brokerage account today</a></div>
<p><small>%[7]s</small></p></div>
<div class="tags"><a href="/t/markets">#markets</a> <a href="/t/earnings">#earnings</a></div></section>
<section class="related"><h2>Related</h2><div class="card"><a href="/r1">What is a moat?</a></div><div class="card"><a href="/r2">How to read a balance sheet</a></div></section></div>
<div class="modal" style="display:none"><h2>Wait!</h2><p>Before you go, try Fernside Pro free for 30 days.</p></div></div>
<noscript><p>Please enable JavaScript to see prices.</p></noscript></body></html>
`, html.EscapeString(s.Headline), s.url(), s.Time.Format(time.RFC3339), html.EscapeString(s.Author), s.Time.Format("Jan 2, 2006 3:04 PM"), s.paragraphs("<p>", "</p>"), invented)
}

func quaysidePage(s Story) string {
	return fmt.Sprintf(`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>Quayside Review :: %[1]s</title>
<link rel="canonical" href="%[2]s" /><meta name="DC.date" content="%[3]s" /></head>
<body><div id="wrap"><div id="nav"><ul><li><a href="/markets/">Markets</a></li><li><a href="/companies/">Companies</a></li><li><a href="/about/">About</a></li></ul></div>
<div id="gdpr">This site uses cookies. <a href="/cookies">Learn more</a> <a href="#" onclick="ok()">OK</a></div>
<div id="main"><h2 class="headline">%[1]s</h2><div class="info">%[4]s, %[5]s</div>
<div class="text">
%[6]s</div><div class="info">%[7]s</div></div>
<div id="sidebar"><h4>Weather</h4><p>Rain, 9 degrees.</p><h4>Crossword</h4><p><a href="/crossword">Play now</a></p></div>
<div id="foot">Quayside Review, a weekly since 1911. Printed on paper.</div></div></body></html>
`, html.EscapeString(s.Headline), s.url(), s.Time.Format(time.RFC3339), html.EscapeString(s.Author), s.Time.Format("2.1.2006"), s.paragraphs("<p>", "</p>"), invented)
}

// rss is Harbour Wire's and Fernside's feed: RSS 2.0, the latter with the text in content:encoded.
func rss(o *Outlet, stories []Story, content bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n<title>%s</title><link>https://%s/</link><description>%s</description><ttl>60</ttl>\n", o.Name, o.Host, invented)
	for _, s := range stories {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s?utm_source=rss&amp;utm_medium=feed</link><guid isPermaLink=\"false\">%s-%s</guid><pubDate>%s</pubDate><dc:creator>%s</dc:creator>\n<description><![CDATA[<p>%s</p><img src=\"https://%s/pixel.gif\" width=\"1\" height=\"1\">]]></description>",
			html.EscapeString(s.Headline), s.url(), s.Outlet.ID, s.Slug, s.Time.Format(time.RFC1123Z), html.EscapeString(s.Author), html.EscapeString(s.Text[0]), o.Host)
		if content {
			fmt.Fprintf(&b, "\n<content:encoded><![CDATA[%s]]></content:encoded>", s.paragraphs("<p>", "</p>"))
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

func atom(o *Outlet, stories []Story) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>%s</title><subtitle>%s</subtitle><id>tag:%s,2026:feed</id><link rel=\"self\" href=\"https://%s/atom.xml\"/><updated>%s</updated>\n",
		o.Name, invented, o.Host, o.Host, stories[0].Time.Format(time.RFC3339))
	for _, s := range stories {
		fmt.Fprintf(&b, "<entry><title type=\"html\">%s</title><id>tag:%s,2026:%s</id><link rel=\"alternate\" href=\"%s\"/><published>%s</published><updated>%s</updated><author><name>%s</name></author><summary type=\"html\">%s</summary></entry>\n",
			html.EscapeString(html.EscapeString(s.Headline)), o.Host, s.Slug, s.url(), s.Time.Format(time.RFC3339), s.Time.Format(time.RFC3339), html.EscapeString(s.Author), html.EscapeString("<p>"+html.EscapeString(s.Text[0])+"</p>"))
	}
	b.WriteString("</feed>\n")
	return b.String()
}

// index is Quayside's list of articles: it has no feed, so its links are discovered.
func index(o *Outlet, stories []Story) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Quayside Review :: Markets</title></head><body><div id=\"nav\"><a href=\"/about/\">About</a> <a href=\"https://elsewhere.example/2026/11/20/not-ours.html\">Partner</a></div><ul class=\"articles\">\n")
	for _, s := range stories {
		fmt.Fprintf(&b, "<li><a class=\"teaser\" href=\"%s\">%s</a></li>\n", s.path(), html.EscapeString(s.Headline))
	}
	b.WriteString("</ul></body></html>\n")
	return b.String()
}
