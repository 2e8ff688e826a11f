package speech

import "github.com/aubade/aubade/internal/lexicon"

var sampleNames = lexicon.Lexicon{Terms: []lexicon.Term{
	{ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur Semiconductor", Ticker: "LRKS", Aliases: []string{"Larkspur"}, Spoken: "Larkspur", SayTicker: "spell", Heard: []string{"lark spur"}},
	{ID: "HLDN", Kind: lexicon.Company, Name: "Halden Motors", Ticker: "HLDN", Aliases: []string{"Halden"}, Spoken: "Halden", SayTicker: "name", Heard: []string{"hall den"}},
	{ID: "XYLQ", Kind: lexicon.Company, Name: "Xylaquent", Ticker: "XYLQ", Spoken: "zye-la-quent"},
	{ID: "PFR.B", Kind: lexicon.Company, Name: "Pemberton Farrow", Ticker: "PFR.B", SayTicker: "Pemberton Farrow class B"},
	{ID: "NVDA", Kind: lexicon.Company, Name: "Nvidia", Ticker: "NVDA"},
	{ID: "F", Kind: lexicon.Company, Name: "Ford Motor", Ticker: "F", Aliases: []string{"Ford"}, SayTicker: "Ford"},
	{ID: "gross-margin", Kind: lexicon.Metric, Name: "gross margin"},
}}
