// Package report shows a run of evals as one page that needs no other file: charts, and every failure with its evidence.
package report
