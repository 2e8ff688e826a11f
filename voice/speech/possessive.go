package speech

import "strings"

// Possessive is a name with its possessive s: "Larkspur's", "Halden Motors'".
func Possessive(name string) string {
	if strings.HasSuffix(name, "s") || strings.HasSuffix(name, "S") {
		return name + "'"
	}
	return name + "'s"
}
