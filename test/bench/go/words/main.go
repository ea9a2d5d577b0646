// Word counts in Go for the benchmark: "words mit <output> <file...>" and
// "words bytes <goroutines> <output> <file...>". Each writes lines "word<tab>count", sorted.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"sort"
	"strconv"
)

func main() {
	log.SetFlags(0)
	switch os.Args[1] {
	case "mit":
		countSequentially(os.Args[2], os.Args[3:])
	case "bytes":
		goroutines, err := strconv.Atoi(os.Args[2])
		if err != nil {
			log.Fatal(err)
		}
		writeCounts(os.Args[3], countBytes(goroutines, os.Args[4:]))
	default:
		log.Fatalf("no way to count is called %s", os.Args[1])
	}
}

func readFile(name string) []byte {
	content, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

func createOutput(name string) (*bufio.Writer, func()) {
	file, err := os.Create(name)
	if err != nil {
		log.Fatal(err)
	}
	writer := bufio.NewWriter(file)
	return writer, func() {
		if err := writer.Flush(); err != nil {
			log.Fatal(err)
		}
		if err := file.Close(); err != nil {
			log.Fatal(err)
		}
	}
}

func writeCounts(output string, counts map[string]*int) {
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Strings(words)
	writer, finish := createOutput(output)
	for _, word := range words {
		fmt.Fprintf(writer, "%s\t%d\n", word, *counts[word])
	}
	finish()
}
