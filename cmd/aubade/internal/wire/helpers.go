package wire

import (
	"fmt"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/subagents"
	"github.com/aubade/aubade/subagents/calc"
	"github.com/aubade/aubade/subagents/fundamentals"
	"github.com/aubade/aubade/subagents/options"
	"github.com/aubade/aubade/subagents/quote"
)

// asksOptions are the metrics that only an option chain knows, unless domain.yaml says otherwise.
var asksOptions = []string{"implied-volatility", "put-call-ratio"}

// helpers are the subagents of the domain, and who is asked for which metric; "" stands for every other metric.
func helpers(b *Brain) ([]subagents.Member, map[string]string, error) {
	settings := map[string]domain.Helper{}
	for _, h := range b.Domain.Helpers {
		settings[h.Name] = h
	}
	sums, err := calc.New(calc.Options{Rates: settings["calc"].Rates})
	if err != nil {
		return nil, nil, fmt.Errorf("helper calc: %w", err)
	}
	members := []subagents.Member{
		{Agent: options.New(b.DB, b.Domain.Name)},
		{Agent: sums, Cheap: true},
		{Agent: fundamentals.New(b.DB, fundamentals.Options{}), Cheap: true},
		{Agent: quote.New(b.DB, quote.Options{Now: b.Now}), Cheap: true},
	}
	routes := map[string]string{"": "fundamentals", "close": "quote", "change-day": "quote", "volume": "quote"}
	for _, m := range asksOptions {
		routes[m] = "options"
	}
	for i := range members {
		m := &members[i]
		h, ok := settings[m.Agent.Name()]
		if m.Patience = b.Config.Helpers.Patience; ok && h.Patience > 0 {
			m.Patience = h.Patience
		}
		if ok && h.Delay > 0 {
			m.Agent, m.Cheap = subagents.Slowly(m.Agent, h.Delay), false
		}
		for _, metric := range h.Metrics {
			routes[metric] = m.Agent.Name()
		}
	}
	return members, routes, nil
}
