package document

// mostPending is how many signs may stand in one line, or between a bracket and the one that closes
// it: the library keeps all of them in memory, and they are large, until it knows that no : follows.
const mostPending, longLine = 100_000, "there are more than 100,000 signs in one line, or between two brackets"

// tooManySigns is where a text has had so many of the signs that values are made with that the
// library's tree could be too large, or so many of them pending; 0 for nowhere. There is at least one
// for each value. Those within texts count too: few documents have as many.
func tooManySigns(text []byte) (at int, what string) {
	left, pending, open := maxValues, mostPending, 0
	for i, c := range text {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
			continue
		case '\n':
			if open == 0 {
				pending = mostPending
			}
		case ',', '?', '-', ':':
		case '"', '\'', '&', '*', '!':
			left++ // none of these makes a value alone
		default:
			continue
		}
		pending--
		if left--; left < 0 {
			return i, tooMany
		} else if pending < 0 {
			return i, longLine
		}
	}
	return 0, ""
}
