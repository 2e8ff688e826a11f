package lexicon

// Balance says of a metric, by its ID, that it is true on one day, not over a stretch: quarters of it do not add up to a year.
func Balance(metric string) bool { return balances[metric] }

var balances = map[string]bool{"cash": true, "debt": true, "shares-outstanding": true, "backlog": true, "arr": true, "customers": true, "connections": true, "cet1": true}
