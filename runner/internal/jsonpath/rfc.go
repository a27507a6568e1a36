package jsonpath

func parseRFC(text string) (*query, *syntaxError) { return nil, &syntaxError{} }
