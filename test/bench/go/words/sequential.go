package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

type pair struct{ key, value string }

type byKey []pair

func (pairs byKey) Len() int           { return len(pairs) }
func (pairs byKey) Swap(i, j int)      { pairs[i], pairs[j] = pairs[j], pairs[i] }
func (pairs byKey) Less(i, j int) bool { return pairs[i].key < pairs[j].key }

// countSequentially has the shape of MIT 6.5840's sequential MapReduce: every occurrence of
// every word becomes a pair, all pairs are sorted, and each run of one key is reduced.
func countSequentially(output string, files []string) {
	var pairs []pair
	for _, file := range files {
		pairs = append(pairs, mapWords(string(readFile(file)))...)
	}
	sort.Sort(byKey(pairs))
	writer, finish := createOutput(output)
	for begin := 0; begin < len(pairs); {
		end := begin + 1
		for end < len(pairs) && pairs[end].key == pairs[begin].key {
			end++
		}
		var values []string
		for _, one := range pairs[begin:end] {
			values = append(values, one.value)
		}
		fmt.Fprintf(writer, "%s\t%s\n", pairs[begin].key, reduceWord(values))
		begin = end
	}
	finish()
}

func mapWords(content string) []pair {
	isNoLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	var pairs []pair
	for _, word := range strings.FieldsFunc(content, isNoLetter) {
		pairs = append(pairs, pair{word, "1"})
	}
	return pairs
}

func reduceWord(values []string) string {
	return strconv.Itoa(len(values))
}
