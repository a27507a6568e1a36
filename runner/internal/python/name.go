package python

import (
	"context"
	"path/filepath"
	"strings"
)

func pathBasename(_ context.Context, a arguments) (any, error) { return baseName(a["p"]) }

// baseName is what comes after the last separator, which may be nothing.
func baseName(v any) (any, error) {
	text, err := pathText(v)
	if err != nil {
		return nil, err
	}
	return likeName(v, splitText(text)[1]), nil
}

// splitName cuts off the last part of a name: head is without the separators at
// its end, unless it is nothing but separators.
func splitName(v any) (head, tail any, err error) {
	text, err := pathText(v)
	if err != nil {
		return nil, nil, err
	}
	parts := splitText(text)
	return likeName(v, parts[0]), likeName(v, parts[1]), nil
}

func splitText(name string) [2]string {
	volume := filepath.VolumeName(name)
	rest := name[len(volume):]
	cut := strings.LastIndexAny(rest, separators) + 1
	head := rest[:cut]
	if trimmed := strings.TrimRight(head, separators); trimmed != "" {
		head = trimmed
	}
	return [2]string{volume + head, rest[cut:]}
}

// joinName puts tail into the folder head.
func joinName(head, tail any) (any, error) {
	h, err := pathText(head)
	if err != nil {
		return nil, err
	}
	t, err := pathText(tail)
	if err != nil {
		return nil, err
	}
	if typeName(head) != typeName(tail) {
		return nil, raise("TypeError", "Can't mix strings and bytes in path components")
	}
	return likeName(head, joinText(h, t)), nil
}

func joinText(head, tail string) string {
	if filepath.IsAbs(tail) {
		return tail
	}
	if head == "" || strings.ContainsRune(separators, rune(head[len(head)-1])) {
		return head + tail
	}
	return head + separators[:1] + tail
}
