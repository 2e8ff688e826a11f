package wire

import (
	"testing"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
)

func TestANameIsBelievedSoonerOnceTheConversationIsAboutIt(t *testing.T) {
	e := store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{{ID: "HLDN", Name: "Halden", Kind: lexicon.Company}}}}
	var subjects []string
	rewrite := (&Brain{}).Rewriter(e, func() []string { return subjects })
	heard := func() string { return rewrite(voice.Transcript{Text: "and halen"}).Text }
	if got := heard(); got != "and halen" {
		t.Errorf("out of the blue it is %q", got)
	}
	subjects = []string{"HLDN"}
	if got := heard(); got != "and Halden" {
		t.Errorf("after a question about Halden it is %q", got)
	}
	if got := (&Brain{}).Rewriter(e, nil)(voice.Transcript{Text: "hall den"}).Text; got != "Halden" {
		t.Errorf("alone, \"hall den\" is %q", got)
	}
}
