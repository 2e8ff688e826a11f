// Package speech turns writing into words for ears, and spoken words back into values and names.
package speech
