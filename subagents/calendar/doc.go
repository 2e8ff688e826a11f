// Package calendar tells what is due: earnings, dividends, filings, and the days on which the market is shut.
package calendar
