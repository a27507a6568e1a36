package show

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// Whatever is marked in whatever order, the same is hidden as if each byte were looked at.
func TestMarks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var found marks
		text := strings.Repeat("a", random.IntN(300)) + "b"
		hidden := make([]bool, len(text))
		for range random.IntN(6) {
			from := random.IntN(len(text))
			to := from + random.IntN(len(text)-from) + 1
			found.add(from, to)
			for i := from; i < to; i++ {
				hidden[i] = true
			}
		}
		var want strings.Builder
		for i := range hidden {
			switch {
			case !hidden[i]:
				want.WriteByte(text[i])
			case i == 0 || !hidden[i-1]:
				want.WriteString(Hidden)
			}
		}
		if got := found.hide(text); got != want.String() {
			t.Fatalf("%s with %v hidden: %s, want %s", text, hidden, got, want.String())
		}
	}
}

// Of secrets that begin with one another the longest is found, wherever it stands in their order.
func TestSecretsThatBeginAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	word := func(most int) string {
		return "aaaa" + strings.Map(func(r rune) rune { return 'a' + r%2 }, fmt.Sprintf("%0*b", 1+random.IntN(most), random.IntN(1<<most)))
	}
	for range 500 {
		var p parts
		for range 1 + random.IntN(12) {
			p.add(word(6))
			p.order()
		}
		text, want := word(10), 0
		for part := range p.known {
			if strings.HasPrefix(text, part) {
				want = max(want, len(part))
			}
		}
		if got := p.longestAt(text); got != want {
			t.Fatalf("the longest of %v in %s has %d bytes, want %d", p.known, text, got, want)
		}
	}
}

// What is hidden in a text takes no memory for each place.
func TestManyPlaces(t *testing.T) {
	m := learned(value.MapOf("group", value.MapOf("key", "abcd")))
	for name, text := range map[string]string{"secret": "abcd ", "login": "//u:p@h ", "wrapped": "abcd\n", "slashes": "a/", "none": "xyz"} {
		long := strings.Repeat(text, 200_000) + "@"
		if allocations := testing.AllocsPerRun(1, func() { m.Text(long) }); allocations > 60 {
			t.Errorf("%s: %v allocations", name, allocations)
		}
	}
}

// More logins than there are in any experiment are hidden in their URLs alone.
func TestManyLogins(t *testing.T) {
	var m Mask
	var urls []any
	for i := range mostLogins + 1 {
		urls = append(urls, fmt.Sprintf("http://user:pass%05d@host", i))
	}
	m.LearnURLs(urls)
	last := fmt.Sprintf("pass%05d", mostLogins)
	for text, want := range map[string]string{"is pass00000": "is " + Hidden, "is " + last: "is " + last, "http://user:" + last + "@host": "http://" + Hidden + "@host"} {
		if got := m.Text(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}
