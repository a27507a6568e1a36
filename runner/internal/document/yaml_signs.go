package document

// mostPending is how many signs may stand in one line, or between a bracket and the one that closes
// it: the library keeps all of them in memory, and they are large, until it knows that no : follows.
const mostPending, longLine = 100_000, "there are more than 100,000 signs in one line, or between two brackets"

// tooLong is where a text has more of them; 0 for nowhere.
func tooLong(text []byte) int {
	left, open := mostPending, 0
	for i, c := range text {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
			continue
		case '\n':
			if open == 0 {
				left = mostPending
			}
			continue
		case ',', '?', '-', ':', '"', '\'', '&', '*', '!':
		default:
			continue
		}
		if left--; left < 0 {
			return i
		}
	}
	return 0
}
