// Package evals scores answers, and proves the scorers before it believes them.
package evals
