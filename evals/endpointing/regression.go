package endpointing

import "math"

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// linear is ridge regression by the normal equations. The first column is the bias, and free.
func linear(x [][]float64, y []float64, ridge float64) []float64 {
	n := len(x[0])
	h, g := square(n, ridge), make([]float64, n)
	for r, row := range x {
		for i, v := range row {
			if v == 0 {
				continue
			}
			g[i] += v * y[r]
			for j, u := range row {
				h[i][j] += v * u
			}
		}
	}
	return solve(h, g)
}

// logistic is logistic regression with the same penalty, by Newton's method.
func logistic(x [][]float64, y []float64, ridge float64) []float64 {
	n := len(x[0])
	w := make([]float64, n)
	for range 30 {
		h, g := square(n, ridge), make([]float64, n)
		for i := 1; i < n; i++ {
			g[i] = -ridge * w[i]
		}
		for r, row := range x {
			p := 1 / (1 + math.Exp(-dot(row, w)))
			slope := p*(1-p) + 1e-9
			for i, v := range row {
				if v == 0 {
					continue
				}
				g[i] += (y[r] - p) * v
				for j, u := range row {
					h[i][j] += slope * v * u
				}
			}
		}
		most := 0.0
		for i, d := range solve(h, g) {
			w[i] += d
			most = max(most, math.Abs(d))
		}
		if most < 1e-4 {
			break
		}
	}
	return w
}

func square(n int, ridge float64) [][]float64 {
	h := make([][]float64, n)
	for i := range h {
		h[i] = make([]float64, n)
		h[i][i] = ridge
	}
	h[0][0] = 1e-6
	return h
}

// solve is Gaussian elimination with partial pivoting. It uses up its arguments.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for i := range n {
		pivot := i
		for j := i; j < n; j++ {
			if math.Abs(h[j][i]) > math.Abs(h[pivot][i]) {
				pivot = j
			}
		}
		h[i], h[pivot] = h[pivot], h[i]
		g[i], g[pivot] = g[pivot], g[i]
		for j := i + 1; j < n; j++ {
			f := h[j][i] / h[i][i]
			for k := i; k < n; k++ {
				h[j][k] -= f * h[i][k]
			}
			g[j] -= f * g[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			g[i] -= h[i][k] * g[k]
		}
		g[i] /= h[i][i]
	}
	return g
}
