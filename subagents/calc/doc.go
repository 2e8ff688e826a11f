// Package calc works out sums that people say: arithmetic, percentages, changes, compound growth, and currencies at
// stated rates. It computes in decimals, so that money comes out exactly, and shows the calculation.
package calc
