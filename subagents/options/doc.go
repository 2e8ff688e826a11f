// Package options reads option chains: what volatility their prices imply, how it changes with strike and expiry, and
// how many puts trade for each call.
//
// Prices are taken as Black and Scholes (1973) and Merton (1973) have them, with a continuous dividend yield. Listed
// stock options may be exercised early; taking them as European is an approximation, and is said.
package options
