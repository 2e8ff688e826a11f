// Package fundamentals tells what companies report: by company, metric and period, from the edition's facts, else from
// the SEC's company facts; and the ratios of what they report, with the formula.
package fundamentals
