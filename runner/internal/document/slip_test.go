package document

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each message says what is wrong in plain words, where it is, and what to do.
func TestSlips(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"x.json", "{\n  \"title\": True\n}\n",
			`x.json:2:12: this word is Python's; JSON writes true, false and null`},
		{"x.json", "{\n  \"title\": \"C:\\Users\\x\"\n}\n",
			`x.json:2:15: what follows this \ has no meaning in JSON; write \\ for each \, as in "C:\\temp"`},
		{"x.json", "{\n  \"title\": \"T\",\n  \"method\": {\n    {\"type\": \"probe\"}\n  }\n}\n",
			`x.json:3:13: this { begins an object, but the first thing in it has no key; if it is a list, write [ here and ] at its end`},
		{"x.json", "{\n  \"title\": \"T\",\n  \"method\": [\n    \"type\": \"probe\"\n  ]\n}\n",
			`x.json:3:13: this [ begins a list, but the first thing in it has a key; if it is an object, write { here and } at its end`},
		{"x.json", "{\n  \"title\" \"T\"\n}\n",
			`x.json:2:10: a colon is missing here; write it between the key and its value`},
		{"x.json", "{\n  \"title\": \"T\"\n  \"description\": \"D\"\n}\n",
			`x.json:2:15: a comma is missing here; write it between the two`},
		{"x.json", "{\"a\": 1 \"b\": 2}",
			`x.json:1:8: a comma is missing here; write it between the two`},
		{"x.json", "{\n  \"title\": \"T\", // c\n}\n",
			`x.json:2:17: JSON has no comments; remove it, or write the file in YAML`},
		{"x.json", "{\"a\": 1 /* c */}",
			`x.json:1:9: JSON has no comments; remove it, or write the file in YAML`},
		{"x.json", "{\"a\": \"x\x01\"}",
			`x.json:1:9: a text cannot have a control character in it; remove it`},
		{"x.json", "{\n  “title”: “T”\n}\n",
			`x.json:2:3: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.json", "{\n  \"title\": “T”,\n  \"description\": \"D\"\n}\n",
			`x.json:2:12: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.json", "{\"a\": “x”}",
			`x.json:1:7: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.json", "{\"a\": –1}",
			`x.json:1:7: this is a dash, which only looks like the sign -; write - instead`},
		{"x.json", "{\"a\": [1, 2\n",
			`x.json:1:12: the JSON ends too early: the [ in line 1 is not closed; write the closing bracket where it belongs`},
		{"x.json", "{\"a\": \"x\n",
			`x.json:1:7: the text that starts here has no closing quote in its line; add the quote; for a new line within a text write \n`},
		{"x.json", "{\n  \"a\" = 1}\n",
			`x.json:2:7: this character does not belong here; write a colon between a key and its value, and a comma after the value`},
		{"x.json", "{\n  \"a\": 1\n}\n}\n",
			`x.json:4:1: there is more after the end of the document; remove it, or the closing bracket before it`},
		{"x.json", "```json\n{\"title\": \"T\"}\n```\n",
			"x.json:1:1: this is Markdown; remove the lines that begin with ```"},
		{"x.json", "\n<!DOCTYPE html>\n<html><body>x</body></html>\n",
			`x.json:2:1: this is a web page (HTML) or XML; download the file itself; at GitHub, use the button Raw`},
		{"x.yaml", "<html><body>x</body></html>\n",
			`x.yaml:1:1: this is a web page (HTML) or XML; download the file itself; at GitHub, use the button Raw`},
		{"x.yaml", "<!DOCTYPE html>\n<html>\n<head><title>x: y</title></head>\n<body>x</body></html>\n",
			`x.yaml:1:1: this is a web page (HTML) or XML; download the file itself; at GitHub, use the button Raw`},
		{"x.json", "{\n  \"a\": [200, 503,\n  \"b\": {\"c\": 1}\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [200, 503\n  \"b\": 1\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\"a\": [200, 503, \"b\": 1}",
			`x.json:1:7: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n\"a\": [200,\n503\n\"b\": 1\n}\n", // nothing is indented
			`x.json:2:6: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [1, 2,\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [\n    1\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [\n  \"b\": 1\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [\n    {\"b\": 1},\n  \"c\": 2\n}\n",
			`x.json:2:8: this [ is not closed; write ] where the list ends`},
		{"x.json", "{\n  \"a\": [\n    {\"b\": 1},\n    \"c\": 2}\n  ]\n}\n", // the { is missing
			`x.json:4:8: a list has no keys; put { before the key, and } after its value`},
		{"x.json", "{\n  \"a\": {\n    \"b\": 1,\n  \"c\": {\"d\": 1}\n}\n",
			`x.json:2:8: this { is not closed; write } where the object ends`},
		{"x.json", "{\n  \"a\": [\n    {\n      \"b\": {\"c\": 1,\n      \"d\": 1\n    }\n  ]\n}\n",
			`x.json:4:12: this { is not closed; write } where the object ends`},
		{"x.json", "{\n  \"a\": [\n    {\n      \"b\": 1,\n    {\n      \"b\": 2\n    }\n  ]\n}\n",
			`x.json:3:5: this { is not closed; write } where the object ends`},
		{"x.json", "{\n  \"a\": [\n    {\n      \"b\": [1, [2, 3],\n      \"c\": 1\n    }\n  ]\n}\n",
			`x.json:4:12: this [ is not closed; write ] where the list ends`},
		{"x.json", "title=T\n",
			`x.json:1:1: this is not JSON: it begins with neither { nor [; check that this is the right file`},
		{"x.json", "{\n  \"a\": \"say \"hi\" now\"}\n",
			`x.json:2:13: the text ends at this quote, but the line goes on; write \" for a quote within a text`},
		{"x.json", "{\"a\": 1, {\"b\": 1}}",
			`x.json:1:10: a key is missing here; write the key, or close the { in line 1 before this place`},
		{"x.json", "{\"a\": 1, \"b\"}",
			`x.json:1:13: a colon and a value are missing here; write them after the key`},
		{"x.json", "{\n  , \"b\": 1}\n",
			`x.json:2:3: there is a comma too many; remove it`},
		{"x.json", "{\"a\": [{\"b\": 1}, \"c\": 2]}",
			`x.json:1:21: a list has no keys; put { before the key, and } after its value`},
		{"x.json", "{\n  \"a\": ,\n\"b\": 1}\n",
			`x.json:2:8: a value is missing before this comma; write it, or remove the key`},
		{"x.json", "{\"a\": NaN}",
			`x.json:1:7: JSON has no NaN and no Infinity; write a number, or null`},
		{"x.json", "{\n  \"title\":\u00a0\"T\"\n}\n",
			`x.json:2:11: this is a no-break space, which only looks like a space; write a space instead`},
		{"x.json", "{\n\u00a0 \"title\": \"T\"\n}\n",
			`x.json:2:1: this is a no-break space, which only looks like a space; write a space instead`},
		{"x.json", "{\n  \"title\": \"T\nU\"\n}\n",
			`x.json:2:12: the text that starts here has no closing quote in its line; add the quote; for a new line within a text write \n`},
		{"x.json", "{\n  title: \"T\"\n}\n",
			`x.json:2:3: this key has no quotes; put double quotes around it`},
		{"x.json", "{\"a\": }",
			`x.json:1:7: a value is missing before this bracket; write it, or remove the key`},
		{"x.json", "{\n  \"a\": 5s}\n",
			`x.json:2:8: this is not a number of JSON; write it without +, without a unit and without a needless 0, as in 0.5; put double quotes around a text`},
		{"x.json", "{\n  \"title\": \"T,\n  \"description\": \"D\"\n}\n",
			`x.json:2:12: the text that starts here has no closing quote in its line; add the quote; for a new line within a text write \n`},
		{"x.json", "\"title\": \"T\",\n\"description\": \"D\"\n",
			`x.json:1:1: the { at the beginning is missing; write it, and } at the end`},
		{"x.json", "{\\rtf1\\ansi hello}",
			`x.json:1:1: this is a document of a word processor (RTF); save it as plain text`},
		{"x.json", "{\n  \"a\": 1;\n \"b\": 2}\n",
			`x.json:2:9: this character does not belong here; write a colon between a key and its value, and a comma after the value`},
		{"x.json", "{\n  'a': 'b'}\n",
			`x.json:2:3: JSON has no single quotes; use double quotes`},
		{"x.json", "{\n  \"a\": \"x\ty\"}\n",
			`x.json:2:10: a text cannot have a tab in it; write \t, or a space`},
		{"x.json", "{\n  \"title\": \"T\",\n}\n",
			`x.json:2:15: nothing comes after this comma; remove it`},
		{"x.json", "{\"a\": tru}",
			`x.json:1:7: this text has no quotes; put double quotes around it (without quotes JSON has only numbers, true, false and null)`},
		{"x.json", "{\n  \"a\": 1,, \"b\": 1}\n",
			`x.json:2:10: there is a comma too many; remove it`},
		{"x.json", "{\"port\": \"%s\\u12\"}",
			`x.json:1:13: what follows this \ has no meaning in JSON; write \\ for each \, as in "C:\\temp"`},
		{"x.json", "{\n  \"a\": ${port}}\n",
			`x.json:2:8: this text has no quotes; put double quotes around it (without quotes JSON has only numbers, true, false and null)`},
		{"x.json", "{\"a\"： 1}",
			`x.json:1:5: this is a wide character, which only looks like a colon or a comma; write the ordinary one`},
		{"x.json", "{\n  \"a\": [1, 2}\n}\n",
			`x.json:2:13: this bracket does not close the [ in line 2; use brackets in pairs: { with }, and [ with ]`},
		{"x.json", "{\n  \"a\": 1]\n",
			`x.json:2:9: this bracket does not close the { in line 1; use brackets in pairs: { with }, and [ with ]`},
		{"x.json", "title: T\ndescription: D\n",
			`x.json:1:1: this is YAML, and not JSON; let the name of the file end in .yaml`},
		{"x.json", "- title: T\n",
			`x.json:1:1: this is YAML, and not JSON; let the name of the file end in .yaml`},
		{"x.json", "# c\ntitle: T\n",
			`x.json:1:1: this is YAML, and not JSON; let the name of the file end in .yaml`},
		{"x.yaml", "x: @a\n",
			`x.yaml:1:4: a text cannot begin with this character; put quotes around the text`},
		{"x.yaml", "x: !important\n",
			`x.yaml:1:4: a tag has no meaning here; remove it, or put quotes around a text that begins with !`},
		{"x.yaml", "start: [${bin}/service, --port]\n",
			`x.yaml:1:9: within brackets, a text with ${ in it needs quotes; put quotes around the whole text`},
		{"x.yaml", "x: {port: ${port}}\n",
			`x.yaml:1:11: within brackets, a text with ${ in it needs quotes; put quotes around the whole text`},
		{"x.yaml", "title: \x93T\x94\n", `x.yaml:1:8: warning: this file is not in UTF-8, and is read as Latin-1; save it as UTF-8
x.yaml:1:8: warning: this is a curly quote, so it is part of the text; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.json", "{\"title\": \x93T\x94}", `x.json:1:11: warning: this file is not in UTF-8, and is read as Latin-1; save it as UTF-8
x.json:1:11: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.yaml", "x: |\nabc\ny: 1\n",
			`x.yaml:2:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title: T\nmethod:\n{ - type: probe\n    name: n\ntext: |\n  [ {\n",
			`x.yaml:3:1: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "title: T\nmethod:\n- type: probe\n[ name: it's {n}\n  text: |\n    x\ny: []\n",
			`x.yaml:4:1: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "x:\n  a: [200, 503“\n  b:\n    c: d\n    e: f # ]\ny: 1\n",
			`x.yaml:2:6: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "x:\n  a: [2{0, 503]\n  b:\n    c: d\ny: 1\n",
			`x.yaml:2:15: this bracket does not close the one that is open; use brackets in pairs: { with }, and [ with ]`},
		{"x.yaml", "x: {a: 1, b: \"8080=}\ny: 'it''s'\nurl: \"http://localhost\"\n",
			`x.yaml:1:14: this quote is not closed; add the closing quote`},
		{"x.yaml", "title: a\tb\n",
			`x.yaml:1:8: a text without quotes cannot have a tab in it; write a space, or put quotes around the text`},
		{"x.yaml", "title: T\nta\tg: x\n",
			`x.yaml:2:1: a text without quotes cannot have a tab in it; write a space, or put quotes around the text`},
		{"x.yaml", "x:\n- : c\n",
			`x.yaml:2:3: a key is missing before this colon; write it, or remove the colon`},
		{"x.yaml", "x: {? a, b: {? , c: 1},\n  ? }\ny: {é: {? }, : 1}\n",
			`x.yaml:3:14: a key is missing before this colon; write it, or remove the colon`},
		{"x.yaml", "x: [200, :503]\n",
			`x.yaml:1:10: within brackets, a text that begins with : or has a ? in it needs quotes; put quotes around the whole text`},
		{"x.yaml", "x: {ty?pe: env}\n",
			`x.yaml:1:5: within brackets, a text that begins with : or has a ? in it needs quotes; put quotes around the whole text`},
		{"x.yaml", "title: =\n",
			`x.yaml:1:8: the sign = alone has a meaning of its own here; put quotes around it`},
		{"x.yaml", "title: T\nmethod: [1, 2\nx: 1\ny: 2\n",
			`x.yaml:2:9: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "title: T\nx: {a: 1]\ny: 2\n",
			`x.yaml:2:9: this bracket does not close the one that is open; use brackets in pairs: { with }, and [ with ]`},
		{"x.yaml", "title: T\nx: [1, 2]]\ny: 2\n",
			`x.yaml:2:10: there is a closing bracket too many; remove it`},
		{"x.yaml", "title: T\nx: [a: 1, b\ny: 2\nz: 3",
			`x.yaml:2:4: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "title: T\nx: {a: 1, b: {c: 2}\ny: 2\nz: 3",
			`x.yaml:2:4: this bracket is not closed; add the closing bracket`},
		{"x.yaml", "x: \"C:\\Users\"\n",
			`x.yaml:1:9: what follows the \ has no meaning in double quotes; write \\ for one \, or use single quotes`},
		{"x.yaml", "title: a: b\n",
			`x.yaml:1:9: this colon cannot stand here; put quotes around a text that has a colon in it`},
		{"x.yaml", "title: T\ndescription: Does it: really\nmethod: []\n",
			`x.yaml:2:21: this colon cannot stand here; put quotes around a text that has a colon in it`},
		{"x.yaml", "title: T\ndescription: |\n  x\n y: z\n",
			`x.yaml:4:2: the indentation of this line fits none of the lines around it; begin it exactly below the keys that it belongs to`},
		{"x.yaml", "x:\n- a: b: c\n",
			`x.yaml:2:7: this colon cannot stand here; put quotes around a text that has a colon in it`},
		{"x.yaml", "title: T\nlong text\n  goes: on\n",
			`x.yaml:2:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title: T\ndescription: some long\n  text that: goes on\n",
			`x.yaml:3:3: this line is indented further than the line above, which has its value already; begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines`},
		{"x.yaml", "x: {a: 1 b: 2}\n",
			`x.yaml:1:11: this colon cannot stand here; put quotes around a text that has a colon in it, or write a comma before the key`},
		{"x.yaml", "title: “T”\ndescription: D\nmethod: []\n",
			`x.yaml:1:8: warning: this is a curly quote, so it is part of the text; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.yaml", "“title”: T\n",
			`x.yaml:1:1: warning: this is a curly quote, so it is part of the text; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.yaml", "title: “a: b”\n",
			`x.yaml:1:8: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.yaml", "title: \"T”\ndescription: D\nmethod: []\n",
			`x.yaml:1:10: this is a curly quote; write straight quotes, in a text editor: a word processor makes curly ones`},
		{"x.yaml", "method:\n– type: probe\n",
			`x.yaml:2:1: warning: this is a dash, which only looks like the sign -, so it is part of the text; write - instead`},
		{"x.yaml", "title： T\ndescription: D\n",
			`x.yaml:1:6: this is a wide character, which only looks like a colon or a comma; write the ordinary one`},
		{"x.yaml", "title: T\ndescription: D\n method: []\n",
			`x.yaml:3:2: this line is indented further than the line above, which has its value already; begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines`},
		{"x.yaml", "title: T\nmethod:\n- a: 1\n  b:\n    c: 2\n   d: 3\n",
			`x.yaml:6:4: the indentation of this line fits none of the lines around it; begin it exactly below the keys that it belongs to`},
		{"x.yaml", "title: T\n description: D\nmethod: []\n",
			`x.yaml:2:2: this line is indented further than the line above, which has its value already; begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines`},
		{"x.yaml", "method:\n- type: probe\n   name: n\n",
			`x.yaml:3:4: this line is indented further than the line above, which has its value already; begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines`},
		{"x.yaml", "method:\n  - type: probe\n   name: n\n",
			`x.yaml:3:4: a list item is expected here; begin the line with '- ', or correct its indentation`},
		{"x.yaml", "method:\n  - type: probe\n - name: n\n",
			`x.yaml:3:2: a list item cannot stand here, between keys; move it below the key that it belongs to`},
		{"x.yaml", "a:\n    b: 1\n  c: 2\n",
			`x.yaml:3:3: the indentation of this line fits none of the lines around it; begin it exactly below the keys that it belongs to`},
		{"x.yaml", "method:\n- type: probe\nname: n\n- x: 1\n",
			`x.yaml:4:1: a list item cannot stand here, between keys; move it below the key that it belongs to`},
		{"x.yaml", "title: T\nmethod:\n- type: probe\n  provider:\n    type: http\n     url: x\n",
			`x.yaml:6:6: this line is indented further than the line above, which has its value already; begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines`},
		{"x.yaml", " title: T\ndescription: D\n",
			`x.yaml:1:2: the indentation of this line fits none of the lines around it; begin it exactly below the keys that it belongs to`},
		{"x.yaml", "{\n  \"title\": \"T\",\n  \"description\": \"D\"\n  \"method\": []\n}\n",
			`x.yaml:3:21: a comma is missing here; write it between the two`},
		{"x.yaml", "a: 1\n- b\n",
			`x.yaml:2:1: a list item cannot stand here, between keys; move it below the key that it belongs to`},
		{"x.yaml", "- a\nb: 1\n",
			`x.yaml:2:1: a list item is expected here; begin the line with '- ', or correct its indentation`},
		{"x.yaml", "title: T\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n",
			`x.yaml:2:1: this file has the marks of a merge conflict of Git; choose one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>`},
		{"x.yaml", "title:\u00a0T\ndescription: D\n",
			`x.yaml:1:7: this is a no-break space, which only looks like a space; write a space instead`},
		{"x.yaml", "x:\n\u00a0 a: 1\n",
			`x.yaml:2:1: warning: this is a no-break space, which only looks like a space, so it is part of the text; write a space instead`},
		{"x.yaml", "x:\n- a: 1\n \u00a0b: 1\n",
			`x.yaml:3:2: this is a no-break space, which only looks like a space; write a space instead`},
		{"x.yaml", "x:\n-\u00a0a: 1\n",
			`x.yaml:2:1: warning: this is a no-break space, which only looks like a space, so it is part of the text; write a space instead`},
		{"x.yaml", "title: T\u00a0\n",
			`x.yaml:1:8: warning: this is a no-break space, which only looks like a space, so it is part of the text; write a space instead`},
		{"x.yaml", "title: T\ndescription\nmethod: []\n",
			`x.yaml:2:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title:T\ndescription: D\n",
			`x.yaml:1:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title: T\ndescription:D\n",
			`x.yaml:2:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title: T\ndescription:D\nmethod: []\n",
			`x.yaml:2:1: this line is neither 'key: value' nor '- item'; add the colon, or the space after the colon or the -`},
		{"x.yaml", "title: \"T\ndescription: D\nmethod: []\n",
			`x.yaml:1:8: this quote is not closed; add the closing quote`},
		{"x.yaml", "title: 'it's'\n",
			`x.yaml:1:12: there is more after the end of the value; put quotes around the whole text; in it, write \" for " in double quotes, and '' for ' in single quotes`},
		{"x.yaml", "title: \"a \"b\" c\"\n",
			`x.yaml:1:12: there is more after the end of the value; put quotes around the whole text; in it, write \" for " in double quotes, and '' for ' in single quotes`},
		{"x.yaml", "title: T\nmethod:\n\t- type: probe\n",
			`x.yaml:3:1: this line is indented with a tab; use spaces alone`},
		{"x.yaml", "title: T\nmethod:\n- type: probe\n\tname: n\n",
			`x.yaml:4:1: this line is indented with a tab; use spaces alone`},
		{"x.yaml", "title: T\nmethod:\n  - type: probe\n  \tname: n\n",
			`x.yaml:4:3: this line is indented with a tab; use spaces alone`},
		{"x.yaml", "title: T\nruntime:\n\thypothesis:\n\t\tstrategy: x\n",
			`x.yaml:3:1: this line is indented with a tab; use spaces alone`},
		{"x.yaml", "title: T\n---\na: 1\n",
			`x.yaml:2:1: a second document starts here; keep one document in a file`},
		{"x.yaml", "x: {{ var }}\n",
			`x.yaml:1:5: a key must be text; put quotes around it, and around a text that begins with {`},
		{"x.yaml", "title: T\n\u200bdescription: D\n",
			`x.yaml:2:1: warning: there is an invisible character, so it is part of the text; delete it, or write the line again`},
	} {
		_, problems := Parsers[filepath.Ext(test.name)](test.name, []byte(test.text))
		if got := problems.Error(); got != test.want {
			t.Errorf("%q\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

// mutated is an experiment in which TestMistakesAreInTheirLine makes mistakes.
const mutated = `# An experiment.
title: Does it survive?
description: >
  It has a text
  of several lines.
tags: [tutorial, filesystem]
configuration:
  port:
    type: env
    key: PORT
    default: "8080"
steady-state-hypothesis:
  title: Steady
  probes:
    - type: probe
      name: asks
      tolerance: [200, 503]
      provider:
        type: http
        url: "http://localhost/"
method:
- type: action
  name: moves
  provider:
    type: python
    module: os
    func: rename
    arguments: {src: a, dst: "b"}
- type: action
  name: waits

  # A comment.
  provider:
    type: process
    path: sleep
rollbacks: []
`

// A mistake in one line of a YAML text is reported in this line, whatever the library says.
func TestMistakesAreInTheirLine(t *testing.T) {
	replace := func(old, new string) func(string) string {
		return func(line string) string { return strings.Replace(line, old, new, 1) }
	}
	content := func(line string) string { return strings.TrimLeft(line, " ") }
	cutLast := func(line, sign string) string {
		if i := strings.LastIndex(line, sign); i >= 0 {
			return line[:i] + line[i+len(sign):]
		}
		return line
	}
	lines := strings.Split(mutated, "\n")
	noticed := 0
	for name, mutate := range map[string]func(string) string{
		"tabs": func(line string) string {
			return strings.Repeat("\t", (len(line)-len(content(line))+1)/2) + content(line)
		},
		"tab first":       func(line string) string { return "\t" + line },
		"tab last":        func(line string) string { return line[:len(line)-len(content(line))] + "\t" + content(line) },
		"1 further":       func(line string) string { return " " + line },
		"3 further":       func(line string) string { return "   " + line },
		"1 less":          func(line string) string { return strings.TrimPrefix(line, " ") },
		"3 less":          func(line string) string { return strings.TrimPrefix(line, "   ") },
		"no space":        replace(": ", ":"),
		"no colon":        replace(":", ""),
		"second colon":    replace(": ", ": a: "),
		"last colon":      func(line string) string { return line + ": x" },
		"open quote":      replace(": ", ": \""),
		"open single":     replace(": ", ": '"),
		"open bracket":    func(line string) string { return strings.TrimRight(line, "]}") },
		"half quoted":     func(line string) string { return cutLast(line, `"`) },
		"quote, no end":   func(line string) string { return cutLast(strings.TrimRight(line, "}"), `"`) },
		"curly bracket":   func(line string) string { return strings.NewReplacer("]", "“", "}", "“").Replace(line) },
		"stray {":         func(line string) string { return "{" + line },
		"stray [":         func(line string) string { return "[ " + content(line) },
		"no-break indent": replace(" ", "\u00a0"),
		"no-break":        replace(": ", ":\u00a0"),
		"glued item":      replace("- ", "-"),
		"wide item":       replace("- ", "-  "),
	} {
		for i, line := range lines {
			wrong := mutate(line)
			if wrong == line || line == "" {
				continue
			}
			text := strings.Join(slices.Concat(lines[:i], []string{wrong}, lines[i+1:]), "\n")
			_, problems := ParseYAML("x.yaml", []byte(text))
			if len(problems) > 0 {
				noticed++
				if got := problems[0].At.Line; got != i+1 {
					t.Errorf("%s in line %d is reported in line %d: %v\n%s", name, i+1, got, problems, wrong)
				}
			}
		}
	}
	if noticed < 200 {
		t.Errorf("only %d mistakes were noticed", noticed)
	}
}

// In a file that is indented, any bracket that is not closed is found at its place.
func TestUnclosed(t *testing.T) {
	text, err := os.ReadFile("../../../chapter5/experiment.json")
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := ParseJSON("x.json", text)
	if whole == nil {
		t.Fatal("it is not JSON")
	}
	var open []int
	for i, c := range text {
		switch {
		case c == '{' || c == '[':
			open = append(open, i)
		case (c == '}' || c == ']') && text[open[len(open)-1]] == c-2: // not the one of ${port}
			at := open[len(open)-1]
			open = open[:len(open)-1]
			if len(open) == 0 || text[at-1] == '$' {
				continue
			}
			want := (&source{name: "x.json", text: text}).position(at)
			for _, broken := range []string{string(text[:i]) + string(text[i+1:]), string(text[:i]) + strings.TrimPrefix(string(text[i+1:]), ",")} {
				if _, found := ParseJSON("x.json", []byte(broken)); len(found) != 1 || found[0].At != want {
					t.Errorf("without the %c of %v: %v", c, want, found)
				}
			}
		}
	}
}
