package payload

// Rule says which plain texts are numbers. Its zero value is the usual one.
type Rule uint8

const (
	// Usual reads what [ParseNumber] says.
	Usual Rule = iota
	// Point takes the point for the decimal mark, and commas for groups: "1,234" is 1234.
	Point
	// Comma takes the comma for the decimal mark, and points for groups: "1.234" is 1234.
	Comma
	// Digits takes nothing but digits with a sign, a decimal point and an exponent: no words, no
	// hexadecimal digits, no units.
	Digits
	// Never takes no text for a number.
	Never
)

// Rules returns all rules, the usual one first.
func Rules() []Rule { return []Rule{Usual, Point, Comma, Digits, Never} }

// String names the rule, as profiles have it; the usual one has no name.
func (r Rule) String() string { return [...]string{"", "point", "comma", "digits", "never"}[r] }

// RuleNamed returns the rule of that name; ok is false if there is none.
func RuleNamed(name string) (r Rule, ok bool) {
	for _, r := range Rules() {
		if r.String() == name {
			return r, true
		}
	}
	return Usual, false
}
